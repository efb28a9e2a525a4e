// The host's side of CredSSP as far as it goes without an account: a challenge, and then "logon failure".
// [MS-CSSP] 3.1.5, [MS-NLMP] 3.2.5.
#pragma once

#include "base/bytes.h"
#include "base/time.h"
#include "lab/fault.h"

namespace rdpdoctor::lab {

class NlaServer {
 public:
  explicit NlaServer(const Behaviour& behaviour) : behaviour_(behaviour) {}

  struct Answer {
    Bytes plain;  // to be sent inside TLS
    Leave leave = Leave::go_on;
  };
  // Decrypted bytes in any pieces; `clock` is the true time, the host's own may differ by its behaviour.
  [[nodiscard]] Answer received(View plain, Instant clock);

 private:
  [[nodiscard]] Answer answer_to(View message, Instant clock);
  [[nodiscard]] Answer answer_to_token(View token, Instant clock) const;
  [[nodiscard]] Answer refusal(std::uint32_t error_code) const;

  Behaviour behaviour_;
  Bytes buffer_;  // at most one TSRequest of 64 KiB and what came with it
  bool first_ = true;
};

}  // namespace rdpdoctor::lab
