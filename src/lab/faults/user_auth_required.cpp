// SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER to every request. [MS-RDPBCGR] 2.2.1.2.2
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault user_auth_required() {
  return {.id = "user-auth-required",
          .title = "Negotiation failure 6: TLS with user authentication required",
          .expects = "negotiation-refused",
          .behaviour = {.failure = 6}};
}

}  // namespace rdpdoctor::lab
