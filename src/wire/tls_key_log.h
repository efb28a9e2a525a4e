// Secrets of TLS connections that were logged elsewhere, in the NSS key log format ("LABEL client_random
// secret" in hex, one a line), as SSLKEYLOGFILE, --keylog and pcapng's Decryption Secrets Blocks have it.
// draft-ietf-tls-keylogfile 2.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace rdpdoctor::wire {

// Secrets by client random.
class TlsKeyLog {
 public:
  // Whole lines. Those that are no key log lines are passed over and counted; comments and empty ones are
  // neither. At most 1,000,000 lines are kept, and of those only the secrets that TlsOpener asks for.
  void add(std::string_view text);
  [[nodiscard]] std::size_t lines() const { return lines_; }
  [[nodiscard]] std::size_t bad_lines() const { return bad_lines_; }
  // The secret of this label ("CLIENT_RANDOM", "CLIENT_TRAFFIC_SECRET_0", …), or nothing.
  [[nodiscard]] const Bytes* find(View client_random, std::string_view label) const;
  [[nodiscard]] bool knows(View client_random) const;

 private:
  void add_line(std::string_view line);

  using ClientRandom = std::array<std::uint8_t, 32>;
  std::map<ClientRandom, std::map<std::string, Bytes, std::less<>>> secrets_;
  std::size_t lines_ = 0;
  std::size_t bad_lines_ = 0;
};

}  // namespace rdpdoctor::wire
