// A confirm whose X.224 length lies beyond its TPKT.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault malformed_confirm() {
  return {.id = "malformed-confirm",
          .title = "A broken Connection Confirm",
          .expects = "not-rdp",
          .behaviour = {.malformed_confirm = true}};
}

}  // namespace rdpdoctor::lab
