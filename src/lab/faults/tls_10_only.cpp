// A host of Windows Server 2008 R2's time, never updated: TLS 1.0 and nothing newer.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault tls_10_only() {
  return {.id = "tls-10-only",
          .title = "TLS 1.0 only",
          .expects = "tls-version-mismatch",
          .behaviour = {.tls_min = 0x0301, .tls_max = 0x0301}};
}

}  // namespace rdpdoctor::lab
