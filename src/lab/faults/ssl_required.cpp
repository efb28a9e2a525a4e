// SSL_REQUIRED_BY_SERVER to every request. [MS-RDPBCGR] 2.2.1.2.2
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault ssl_required() {
  return {.id = "ssl-required",
          .title = "Negotiation failure 1: TLS required",
          .expects = "tls-required",
          .behaviour = {.failure = 1}};
}

}  // namespace rdpdoctor::lab
