// A healthy host whose every byte comes in a segment of its own: framing must not depend on pieces.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault slow_bytes() {
  return {.id = "slow-bytes",
          .title = "Healthy: every byte in its own segment",
          .expects = "",
          .behaviour = {.byte_by_byte = true}};
}

}  // namespace rdpdoctor::lab
