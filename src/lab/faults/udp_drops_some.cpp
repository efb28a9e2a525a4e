// A path that loses datagrams, of any size.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault udp_drops_some() {
  return {.id = "udp-drops-some",
          .title = "UDP: two of five datagrams are lost",
          .expects = "udp-lossy",
          .behaviour = {.udp = UdpBehaviour::drops_some}};
}

}  // namespace rdpdoctor::lab
