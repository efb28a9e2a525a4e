// The listener's certificate begins in 30 days.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault certificate_not_yet_valid() {
  return {.id = "certificate-not-yet-valid",
          .title = "The certificate is not valid yet",
          .expects = "certificate-not-yet-valid",
          .behaviour = {.certificate = CertificateKind::not_yet_valid}};
}

}  // namespace rdpdoctor::lab
