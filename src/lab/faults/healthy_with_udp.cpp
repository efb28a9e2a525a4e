// A healthy Windows host that a session can use UDP with.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault healthy_with_udp() {
  return {.id = "healthy-with-udp",
          .title = "Healthy: NLA enforced, UDP answered",
          .expects = "",
          .behaviour = {.udp = UdpBehaviour::answers}};
}

}  // namespace rdpdoctor::lab
