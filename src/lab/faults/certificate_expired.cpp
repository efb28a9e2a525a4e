// The listener's certificate ended 30 days ago.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault certificate_expired() {
  return {.id = "certificate-expired",
          .title = "The certificate has expired",
          .expects = "certificate-expired",
          .behaviour = {.certificate = CertificateKind::expired}};
}

}  // namespace rdpdoctor::lab
