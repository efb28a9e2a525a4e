// A forwarder that connects to its host only when there is something to send, fails and resets.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault forwarder_after_request_reset() {
  return {.id = "forwarder-after-request-reset",
          .title = "A forwarder resets on the request: nothing behind it",
          .expects = "forwarder-without-host",
          .behaviour = {.at_request = Leave::reset}};
}

}  // namespace rdpdoctor::lab
