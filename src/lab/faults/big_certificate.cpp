// A healthy host whose certificate is 60 KB long: four TLS records or more, in one flight.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault big_certificate() {
  return {.id = "big-certificate",
          .title = "Healthy: a certificate of 60 KB",
          .expects = "",
          .behaviour = {.certificate = CertificateKind::oversized}};
}

}  // namespace rdpdoctor::lab
