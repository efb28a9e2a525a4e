// A healthy server without NLA, as xrdp is: TLS is chosen even where CredSSP was asked for as well.
#include "lab/fault.h"
#include "wire/x224.h"

namespace rdpdoctor::lab {

Fault healthy_tls_only() {
  return {.id = "healthy-tls-only",
          .title = "Healthy: TLS only, as xrdp",
          .expects = "",
          .behaviour = {.protocols = wire::PROTOCOL_SSL, .nla_enforced = false}};
}

}  // namespace rdpdoctor::lab
