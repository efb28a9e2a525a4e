// The keys of one direction, and opening its records with them: RFC 5246 6.2.3 (also 1.0 and 1.1), RFC 7366
// encrypt-then-mac, RFC 5288 GCM, RFC 7905 ChaCha20-Poly1305, RFC 8446 5.2.
#pragma once

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "wire/tls_record_suite.h"

namespace rdpdoctor::wire {

struct TlsPlain {
  std::uint8_t type = 0;  // ContentType; in TLS 1.3 the inner one
  Bytes content;
};

// What TLS 1.0 to 1.2 take from their key block, for one direction.
struct TlsKeyBlockPart {
  View mac_key;
  View key;
  View iv;  // CBC in TLS 1.0: the first IV; AEAD: the fixed part of the nonce
};
struct TlsKeySizes {
  std::size_t mac_key = 0;
  std::size_t key = 0;
  std::size_t iv = 0;
};
// In the key block of this version.
[[nodiscard]] TlsKeySizes key_sizes(const TlsSuite& suite, std::uint16_t version);

class TlsRecordKeys {
 public:
  enum class Mac { before_encrypting, after_encrypting };

  // `suite` is a row of the table. Nothing when the traffic secret has not the size of the suite's hash.
  [[nodiscard]] static std::optional<TlsRecordKeys> tls13(const TlsSuite& suite, View traffic_secret);
  // REQUIRES: parts of key_sizes().
  [[nodiscard]] static TlsRecordKeys tls12(const TlsSuite& suite, std::uint16_t version, TlsKeyBlockPart part,
                                           Mac mac);
  TlsRecordKeys(TlsRecordKeys&&) noexcept;
  TlsRecordKeys& operator=(TlsRecordKeys&&) noexcept;
  ~TlsRecordKeys();

  // One record's fragment, the next in order. Nothing when it does not authenticate; all later ones will
  // fail, too.
  [[nodiscard]] std::optional<TlsPlain> open(std::uint8_t type, View fragment);
  // After a KeyUpdate (RFC 8446 7.2).
  void update();

 private:
  struct Inside;
  explicit TlsRecordKeys(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace rdpdoctor::wire
