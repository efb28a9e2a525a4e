// Two of three backends are ill: two thirds of the connections are reset.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault intermittent_2_of_3() {
  return {.id = "intermittent-2-of-3",
          .title = "Two of three connections are reset",
          .expects = "connection-intermittent",
          .behaviour = {.fail_of = 3, .fail_count = 2}};
}

}  // namespace rdpdoctor::lab
