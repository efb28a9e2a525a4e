// ClientHello built by hand, for offers OpenSSL no longer speaks and for cheap version and cipher questions:
// RFC 8446 4.1.2, RFC 5246 7.4.1.2. Nothing here can complete a handshake.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"

namespace rdpdoctor::wire {

struct HelloOffer {
  std::uint16_t min_version = 0x0301;  // 0x0301 TLS 1.0 … 0x0304 TLS 1.3
  std::uint16_t max_version = 0x0304;
  std::vector<std::uint16_t> cipher_suites{};
  std::vector<std::uint16_t> signature_algorithms{};  // empty: no such extension (only legal below TLS 1.2)
  std::string server_name{};                          // "" leaves SNI out; an address must not be given
  std::size_t pad_to = 0;  // pad the whole record with RFC 7685 padding to this size (or up to 3 bytes more)
};

// The offers the probe asks with, by name:
//   "modern"   TLS 1.2 and 1.3, ECDHE/AEAD suites, no SHA-1 or MD5 signatures: a hardened current client
//   "wide"     TLS 1.0 to 1.3, SHA-1 too, every suite a Windows host could want (RC4, 3DES, CBC, static RSA,
//              DHE, ECDHE)
//   "tls1.3", "tls1.2", "tls1.1", "tls1.0"   one version only, otherwise like "wide"
//   "no-sha1"  like "wide" without SHA-1 and MD5 signatures
//   "legacy-ciphers"  TLS 1.0 to 1.2 with only RC4 and 3DES
//   "small"    TLS 1.2, a few suites, as few bytes as it can be (under 120)
// REQUIRES: a name of this list.
[[nodiscard]] HelloOffer hello_offer(std::string_view name);

// One TLS record holding one ClientHello. `random32` are the 32 bytes of the random field (and seed the
// session id and key share); for TLS 1.3 a valid key_share with X25519 alone is sent. Record version 0x0301.
[[nodiscard]] Bytes client_hello_record(const HelloOffer& offer, View random32);

// A TLS record of exactly `size` bytes that is well-framed handshake data but not a ClientHello (type 0x10,
// ClientKeyExchange): the control that tells a content filter on ClientHellos from a host that closes on any.
// REQUIRES: 9 <= size <= 16389 (one record); other sizes are clamped to that.
[[nodiscard]] Bytes not_a_hello_record(std::size_t size);

// Exactly `size` bytes that no TLS stack takes for a record: a TPKT with an X.224 Data TPDU ([T.123] 8,
// [X.224] 13.7), zeros inside. It tells a host that can't do TLS from one that ends whatever comes after the
// Confirm. REQUIRES: 7 <= size <= 65535; other sizes are clamped to that.
[[nodiscard]] Bytes not_tls_at_all(std::size_t size);

// For the lab and captures: what a ClientHello offers.
struct ClientHelloSeen {
  std::uint16_t legacy_version = 0;
  std::vector<std::uint16_t> supported_versions;  // from the extension, or {legacy_version}
  std::vector<std::uint16_t> cipher_suites;
  std::vector<std::uint16_t> signature_algorithms;  // empty: extension absent
  std::string server_name;
  std::size_t size = 0;  // of the handshake message
};

}  // namespace rdpdoctor::wire
