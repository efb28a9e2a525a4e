// A negotiation failure code that no specification names: it must be kept and shown as it is.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault unknown_failure() {
  return {.id = "unknown-failure",
          .title = "Negotiation failure 0x2A, which nothing documents",
          .expects = "negotiation-refused",
          .behaviour = {.failure = 0x2A}};
}

}  // namespace rdpdoctor::lab
