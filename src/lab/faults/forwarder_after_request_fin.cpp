// A forwarder that connects to its host only when there is something to send, fails and closes.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault forwarder_after_request_fin() {
  return {.id = "forwarder-after-request-fin",
          .title = "A forwarder closes on the request: nothing behind it",
          .expects = "forwarder-without-host",
          .behaviour = {.at_request = Leave::fin}};
}

}  // namespace rdpdoctor::lab
