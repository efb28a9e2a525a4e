// The host confirms TLS and answers each handshake with handshake_failure: it can't use its key.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault key_unusable_alert_40() {
  return {.id = "key-unusable-alert-40",
          .title = "Certificate key unusable: alert 40 to every TLS handshake",
          .expects = "certificate-key-unusable",
          .behaviour = {.at_hello = Leave::alert, .alert = 40}};
}

}  // namespace rdpdoctor::lab
