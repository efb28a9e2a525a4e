// SSL_CERT_NOT_ON_SERVER to every request. [MS-RDPBCGR] 2.2.1.2.2
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault certificate_missing() {
  return {.id = "certificate-missing",
          .title = "Negotiation failure 3: no certificate",
          .expects = "certificate-missing",
          .behaviour = {.failure = 3}};
}

}  // namespace rdpdoctor::lab
