// A host on which a policy left TLS 1.1 alone enabled.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault tls_11_only() {
  return {.id = "tls-11-only",
          .title = "TLS 1.1 only",
          .expects = "tls-version-mismatch",
          .behaviour = {.tls_min = 0x0302, .tls_max = 0x0302}};
}

}  // namespace rdpdoctor::lab
