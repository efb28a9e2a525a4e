// HYBRID_REQUIRED_BY_SERVER to every request, even to one that offers CredSSP. [MS-RDPBCGR] 2.2.1.2.2
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault hybrid_required() {
  return {.id = "hybrid-required",
          .title = "Negotiation failure 5: NLA required",
          .expects = "nla-required",
          .behaviour = {.failure = 5}};
}

}  // namespace rdpdoctor::lab
