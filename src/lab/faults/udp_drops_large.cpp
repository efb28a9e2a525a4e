// A tunnel that takes small datagrams and drops large ones without a word.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault udp_drops_large() {
  return {.id = "udp-drops-large",
          .title = "UDP: large datagrams vanish",
          .expects = "udp-lossy",
          .behaviour = {.udp = UdpBehaviour::drops_large}};
}

}  // namespace rdpdoctor::lab
