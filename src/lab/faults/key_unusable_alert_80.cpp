// The host confirms TLS and answers each handshake with internal_error: it can't use its key.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault key_unusable_alert_80() {
  return {.id = "key-unusable-alert-80",
          .title = "Certificate key unusable: alert 80 to every TLS handshake",
          .expects = "certificate-key-unusable",
          .behaviour = {.at_hello = Leave::alert, .alert = 80}};
}

}  // namespace rdpdoctor::lab
