// A content filter in front of a healthy host: it resets ClientHellos and lets every other byte pass.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault hello_filtered() {
  return {.id = "hello-filtered",
          .title = "A filter on the path resets every ClientHello",
          .expects = "reset-in-path",
          .behaviour = {.at_hello = Leave::reset, .only_hellos = true}};
}

}  // namespace rdpdoctor::lab
