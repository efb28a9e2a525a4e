// The host's clock, as its NTLM challenge tells it, is two hours ahead.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault clock_skew() {
  return {.id = "clock-skew",
          .title = "The host's clock is two hours ahead",
          .expects = "clock-skew",
          .behaviour = {.clock_offset_s = 7200}};
}

}  // namespace rdpdoctor::lab
