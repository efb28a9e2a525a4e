// A host without the 2018 CredSSP updates: version 2. [MS-CSSP] 2.2.1 version
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault credssp_old() {
  return {.id = "credssp-old",
          .title = "CredSSP version 2: no encryption-oracle update",
          .expects = "credssp-version-mismatch",
          .behaviour = {.credssp_version = 2}};
}

}  // namespace rdpdoctor::lab
