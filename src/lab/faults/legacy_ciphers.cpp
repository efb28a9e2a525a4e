// A host that shares no suite with a hardened client: CBC and SHA-1 only, alert 40 to anything newer.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault legacy_ciphers() {
  return {.id = "legacy-ciphers",
          .title = "Only old cipher suites",
          .expects = "tls-cipher-mismatch",
          .behaviour = {.legacy_ciphers_only = true}};
}

}  // namespace rdpdoctor::lab
