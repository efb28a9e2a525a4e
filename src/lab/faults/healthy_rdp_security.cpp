// A host that knows standard RDP security only and selects it whatever is asked.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault healthy_rdp_security() {
  return {.id = "healthy-rdp-security",
          .title = "Healthy: standard RDP security only",
          .expects = "",
          .behaviour = {.protocols = 0, .rdp_security = true, .nla_enforced = false}};
}

}  // namespace rdpdoctor::lab
