// SSL_NOT_ALLOWED_BY_SERVER unless standard RDP security is asked for. [MS-RDPBCGR] 2.2.1.2.2
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault ssl_not_allowed() {
  return {.id = "ssl-not-allowed",
          .title = "Negotiation failure 2: TLS not allowed",
          .expects = "tls-not-allowed",
          .behaviour = {.protocols = 0,
                        .rdp_security = true,
                        .nla_enforced = false,
                        .failure = 2,
                        .failure_spares_rdp = true}};
}

}  // namespace rdpdoctor::lab
