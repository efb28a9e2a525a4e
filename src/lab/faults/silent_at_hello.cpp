// TLS is confirmed and the ClientHello never answered.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault silent_at_hello() {
  return {.id = "silent-at-hello",
          .title = "Silent after the ClientHello",
          .expects = "tls-stalled",
          .behaviour = {.at_hello = Leave::silent}};
}

}  // namespace rdpdoctor::lab
