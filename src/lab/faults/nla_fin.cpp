// TLS is established, and the first CredSSP token makes the host close.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault nla_fin() {
  return {.id = "nla-fin",
          .title = "Closes on the first CredSSP token",
          .expects = "credssp-not-answered",
          .behaviour = {.at_token = Leave::fin}};
}

}  // namespace rdpdoctor::lab
