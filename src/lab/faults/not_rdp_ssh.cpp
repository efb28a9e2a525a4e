// An SSH server holds the port: it speaks first.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault not_rdp_ssh() {
  return {.id = "not-rdp-ssh",
          .title = "An SSH server holds the port",
          .expects = "not-rdp",
          .behaviour = {.greeting = "SSH-2.0-OpenSSH_9.2p1\r\n",
                        .answer_to_anything = "Invalid SSH identification string.\r\n"}};
}

}  // namespace rdpdoctor::lab
