// A firewall that lets TCP through and drops UDP.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault udp_silent() {
  return {.id = "udp-silent",
          .title = "UDP: no answer at all",
          .expects = "udp-blocked",
          .behaviour = {.udp = UdpBehaviour::silent}};
}

}  // namespace rdpdoctor::lab
