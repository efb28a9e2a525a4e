// A forwarder accepts, fails to reach its host and resets.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault forwarder_reset() {
  return {.id = "forwarder-reset",
          .title = "A forwarder resets at once: nothing behind it",
          .expects = "forwarder-without-host",
          .behaviour = {.at_accept = Leave::reset}};
}

}  // namespace rdpdoctor::lab
