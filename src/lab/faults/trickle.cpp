// An answer of one byte a second: no deadline may be moved by it.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault trickle() {
  return {.id = "trickle",
          .title = "Answers one byte a second",
          .expects = "listener-unresponsive",
          .behaviour = {.trickle_ms = 1000}};
}

}  // namespace rdpdoctor::lab
