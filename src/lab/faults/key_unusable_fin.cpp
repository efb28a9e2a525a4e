// The host confirms TLS and then closes each handshake before its ServerHello: it can't use its key.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault key_unusable_fin() {
  return {.id = "key-unusable-fin",
          .title = "Certificate key unusable: closes on every TLS handshake",
          .expects = "certificate-key-unusable",
          .behaviour = {.at_hello = Leave::fin}};
}

}  // namespace rdpdoctor::lab
