// INCONSISTENT_FLAGS to every request. [MS-RDPBCGR] 2.2.1.2.2
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault inconsistent_flags() {
  return {.id = "inconsistent-flags",
          .title = "Negotiation failure 4: inconsistent flags",
          .expects = "negotiation-refused",
          .behaviour = {.failure = 4}};
}

}  // namespace rdpdoctor::lab
