// A proxy that inspects TLS shows a certificate of its own for the host.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault tls_intercepted() {
  return {.id = "tls-intercepted",
          .title = "TLS is re-signed by an inspection product",
          .expects = "tls-intercepted",
          .behaviour = {.certificate = CertificateKind::inspection_product}};
}

}  // namespace rdpdoctor::lab
