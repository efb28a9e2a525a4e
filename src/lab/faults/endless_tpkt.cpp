// A confirm that claims 65535 bytes and goes on without end.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault endless_tpkt() {
  return {.id = "endless-tpkt",
          .title = "An answer that never ends",
          .expects = "listener-unresponsive",
          .behaviour = {.endless_tpkt = true}};
}

}  // namespace rdpdoctor::lab
