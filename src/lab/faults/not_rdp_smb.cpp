// A file server holds the port: NetBIOS refuses the session. RFC 1002 4.3.4
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault not_rdp_smb() {
  return {.id = "not-rdp-smb",
          .title = "A file server holds the port",
          .expects = "not-rdp",
          .behaviour = {.answer_to_anything = std::string_view("\x83\x00\x00\x01\x8F", 5)}};
}

}  // namespace rdpdoctor::lab
