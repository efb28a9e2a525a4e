// A forwarder accepts, fails to reach its host and closes.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault forwarder_fin() {
  return {.id = "forwarder-fin",
          .title = "A forwarder closes at once: nothing behind it",
          .expects = "forwarder-without-host",
          .behaviour = {.at_accept = Leave::fin}};
}

}  // namespace rdpdoctor::lab
