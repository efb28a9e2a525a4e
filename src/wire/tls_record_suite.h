// What a cipher suite means for its records: RFC 5246 A.5, RFC 5288, 5289, 7905, 8446 B.4. The suites that
// Windows hosts and clients choose, and what OpenSSL, GnuTLS and NSS clients fall back to; not RC4, CCM, PSK
// and the anonymous ones.
#pragma once

#include <cstdint>

namespace rdpdoctor::wire {

enum class TlsCipher {
  aes_128_gcm,
  aes_256_gcm,
  chacha20_poly1305,
  aes_128_cbc,
  aes_256_cbc,
  triple_des_cbc
};
enum class TlsHash { none, sha1, sha256, sha384 };

struct TlsSuite {
  std::uint16_t id = 0;
  TlsCipher cipher = TlsCipher::aes_128_gcm;
  TlsHash mac = TlsHash::none;    // none with the AEAD ciphers
  TlsHash prf = TlsHash::sha256;  // of TLS 1.2's PRF and TLS 1.3's HKDF
};

// Nothing for a suite that is not in the table.
[[nodiscard]] const TlsSuite* find_tls_suite(std::uint16_t id);

}  // namespace rdpdoctor::wire
