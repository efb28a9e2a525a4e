// What of the handshake's messages decides how records are opened: RFC 5246 7.4.1, RFC 8446 4.1 and 4.4.2,
// RFC 7366.
#pragma once

#include <vector>

#include "base/error.h"

namespace rdpdoctor::wire {

struct TlsServerChoice {
  Bytes random;               // 32 bytes
  std::uint16_t version = 0;  // supported_versions if present, else legacy_version
  std::uint16_t cipher_suite = 0;
  std::uint8_t compression = 0;
  bool encrypt_then_mac = false;
  bool hello_retry_request = false;
};

// Each is given a handshake message's body.
[[nodiscard]] Decoded<Bytes> client_random_of(View client_hello);
[[nodiscard]] Decoded<TlsServerChoice> read_server_choice(View server_hello);
// Of TLS 1.3's Certificate: DER, leaf first, at most 32.
[[nodiscard]] Decoded<std::vector<Bytes>> read_tls13_certificates(View certificate);

}  // namespace rdpdoctor::wire
