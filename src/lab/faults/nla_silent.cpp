// TLS is established, and the first CredSSP token is never answered.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault nla_silent() {
  return {.id = "nla-silent",
          .title = "Silent after the first CredSSP token",
          .expects = "credssp-not-answered",
          .behaviour = {.at_token = Leave::silent}};
}

}  // namespace rdpdoctor::lab
