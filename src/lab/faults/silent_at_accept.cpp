// The system accepts for a service that hangs: no byte ever comes.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault silent_at_accept() {
  return {.id = "silent-at-accept",
          .title = "Accepts and never answers",
          .expects = "listener-unresponsive",
          .behaviour = {.at_accept = Leave::silent}};
}

}  // namespace rdpdoctor::lab
