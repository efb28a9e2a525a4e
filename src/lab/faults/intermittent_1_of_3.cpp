// One of three backends is ill: a third of the connections is reset.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault intermittent_1_of_3() {
  return {.id = "intermittent-1-of-3",
          .title = "One of three connections is reset",
          .expects = "connection-intermittent",
          .behaviour = {.fail_of = 3, .fail_count = 1}};
}

}  // namespace rdpdoctor::lab
