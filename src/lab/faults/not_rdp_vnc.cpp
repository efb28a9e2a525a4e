// A VNC server holds the port: it speaks first.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault not_rdp_vnc() {
  return {.id = "not-rdp-vnc",
          .title = "A VNC server holds the port",
          .expects = "not-rdp",
          .behaviour = {.greeting = "RFB 003.008\n"}};
}

}  // namespace rdpdoctor::lab
