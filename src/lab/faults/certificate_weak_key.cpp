// The listener's certificate has an RSA key of 1024 bits.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault certificate_weak_key() {
  return {.id = "certificate-weak-key",
          .title = "The certificate has an RSA-1024 key",
          .expects = "certificate-weak",
          .behaviour = {.certificate = CertificateKind::weak_key}};
}

}  // namespace rdpdoctor::lab
