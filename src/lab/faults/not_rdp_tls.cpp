// A server that wants TLS from the first byte on: protocol_version (70) to anything else. RFC 8446 6.2
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault not_rdp_tls() {
  return {.id = "not-rdp-tls",
          .title = "A TLS server holds the port",
          .expects = "not-rdp",
          .behaviour = {.answer_to_anything = std::string_view("\x15\x03\x01\x00\x02\x02\x46", 7)}};
}

}  // namespace rdpdoctor::lab
