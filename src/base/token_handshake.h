// A handshake that somebody else computes, token by token: the system's own TLS (SSPI on Windows). It does no
// input or output itself; whoever has the connection carries the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace rdpdoctor {

class TokenHandshake {
 public:
  struct Step {
    enum class State { going_on, completed, failed };
    State state = State::going_on;
    Bytes send;                // to the peer, also of a step that failed (an alert)
    std::uint32_t status = 0;  // of `failed`: the system's own code, a SECURITY_STATUS
    std::string problem;       // of `failed`, where the code does not say it all
  };
  // Of `completed`, as far as the system tells.
  struct Agreed {
    std::optional<std::uint32_t> version;  // 0x0303
    std::string cipher;                    // IANA name, or the system's own
  };

  TokenHandshake() = default;
  TokenHandshake(const TokenHandshake&) = delete;
  TokenHandshake& operator=(const TokenHandshake&) = delete;
  virtual ~TokenHandshake() = default;

  [[nodiscard]] virtual Step begin() = 0;               // the first token to send
  [[nodiscard]] virtual Step received(View bytes) = 0;  // whatever came, cut anywhere
  [[nodiscard]] virtual Agreed agreed() const = 0;
};

}  // namespace rdpdoctor
