// The host confirms TLS and then resets each handshake before its ServerHello: it can't use its key.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault key_unusable_reset() {
  return {.id = "key-unusable-reset",
          .title = "Certificate key unusable: resets every TLS handshake",
          .expects = "certificate-key-unusable",
          .behaviour = {.at_hello = Leave::reset}};
}

}  // namespace rdpdoctor::lab
