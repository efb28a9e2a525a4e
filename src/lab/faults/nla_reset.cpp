// TLS is established, and the first CredSSP token makes the host reset.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault nla_reset() {
  return {.id = "nla-reset",
          .title = "Resets on the first CredSSP token",
          .expects = "credssp-not-answered",
          .behaviour = {.at_token = Leave::reset}};
}

}  // namespace rdpdoctor::lab
