// A host that resets clients which no longer offer SHA-1 signatures.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault needs_sha1() {
  return {.id = "needs-sha1",
          .title = "Resets a ClientHello without SHA-1 signatures",
          .expects = "tls-cipher-mismatch",
          .behaviour = {.needs_sha1 = true}};
}

}  // namespace rdpdoctor::lab
