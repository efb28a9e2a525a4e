// A content filter that does not reassemble: a ClientHello whose header comes in two pieces passes.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault hello_filtered_split() {
  return {.id = "hello-filtered-split",
          .title = "A filter on the path resets a ClientHello that comes in one piece",
          .expects = "reset-in-path",
          .behaviour = {.at_hello = Leave::reset, .only_hellos = true, .whole_hello_only = true}};
}

}  // namespace rdpdoctor::lab
