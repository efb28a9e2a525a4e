// The listener's certificate is for client authentication only.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault certificate_wrong_usage() {
  return {.id = "certificate-wrong-usage",
          .title = "The certificate is not for servers",
          .expects = "certificate-wrong-usage",
          .behaviour = {.certificate = CertificateKind::wrong_usage}};
}

}  // namespace rdpdoctor::lab
