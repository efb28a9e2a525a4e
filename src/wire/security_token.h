// "Token in, token out": the one interface of every security package (NTLM, Kerberos, SPNEGO), so that the
// CredSSP machine does not know which it drives. [MS-NLMP] 3.2, RFC 4178.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace rdpdoctor::wire {

struct TokenStep {
  std::optional<Bytes> token_out;  // to be sent to the peer
  bool done = false;               // no further token is expected
  bool refused = false;            // this side can't go on
};

class SecurityToken {
 public:
  virtual ~SecurityToken() = default;
  // First call: token_in is empty. Afterwards: what the peer sent.
  [[nodiscard]] virtual TokenStep step(View token_in) = 0;
};

}  // namespace rdpdoctor::wire
