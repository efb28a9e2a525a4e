// A healthy host that offers NLA and does not insist: a client that asks for TLS alone gets it.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault healthy_tls() {
  return {.id = "healthy-tls",
          .title = "Healthy: TLS, NLA offered but not enforced",
          .expects = "",
          .behaviour = {.nla_enforced = false}};
}

}  // namespace rdpdoctor::lab
