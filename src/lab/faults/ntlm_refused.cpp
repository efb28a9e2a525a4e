// The host takes no NTLM: SEC_E_UNSUPPORTED_FUNCTION in the first answer. [MS-CSSP] 2.2.1 errorCode
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault ntlm_refused() {
  return {.id = "ntlm-refused",
          .title = "NTLM refused",
          .expects = "ntlm-refused",
          .behaviour = {.token_error = 0x80090302}};
}

}  // namespace rdpdoctor::lab
