// The listener's certificate is signed with SHA-1.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault certificate_sha1() {
  return {.id = "certificate-sha1",
          .title = "The certificate is signed with SHA-1",
          .expects = "certificate-weak",
          .behaviour = {.certificate = CertificateKind::sha1_signature}};
}

}  // namespace rdpdoctor::lab
