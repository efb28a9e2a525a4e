// A healthy Windows host as it comes: NLA enforced, TLS 1.2 and 1.3, its own self-signed certificate.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault healthy_nla() {
  return {.id = "healthy-nla", .title = "Healthy: NLA enforced", .expects = "", .behaviour = {}};
}

}  // namespace rdpdoctor::lab
