// A host from before security negotiation: its confirm carries no negotiation part. [MS-RDPBCGR] 2.2.1.2
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault healthy_old_host() {
  return {.id = "healthy-old-host",
          .title = "Healthy: older than security negotiation",
          .expects = "",
          .behaviour = {.confirm_without_negotiation = true}};
}

}  // namespace rdpdoctor::lab
