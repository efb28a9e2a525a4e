// Opens TLS records with secrets that were logged elsewhere (tls_key_log.h): TLS 1.3 (RFC 8446 7.3) and
// TLS 1.0 to 1.2 (RFC 5246 6.3) with AES-GCM, ChaCha20-Poly1305, AES-CBC and 3DES-CBC (also encrypt-then-mac;
// the extended master secret, resumption and renegotiation need nothing more than the log's line). Every
// record is authenticated: a wrong secret opens nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "wire/tls_key_log.h"

namespace rdpdoctor::wire {

// One TLS connection, both directions, fed with TCP payload in order within each. Knows when it can't go on,
// and says why.
class TlsOpener {
 public:
  // The key log must outlive it. It may grow meanwhile: up to 64 KiB of each direction wait for a secret.
  explicit TlsOpener(const TlsKeyLog& secrets);
  TlsOpener(TlsOpener&&) noexcept;
  TlsOpener& operator=(TlsOpener&&) noexcept;
  ~TlsOpener();

  enum class From { client, host };
  void feed(From who, View bytes);
  // Bytes of this direction are missing here: its later records can't be opened, those of the other can.
  void lost(From who);
  // Application data opened since the last call, in order within each direction. Call it after each feed().
  [[nodiscard]] Bytes take(From who);

  enum class State {
    waiting,    // the handshake is not far enough
    no_secret,  // this connection's secrets are not in the key log
    open,       // records are being opened
    failed,     // see problem(): an unknown cipher suite, a record that does not authenticate, lost bytes;
                // what was opened before, and the other direction, can still be taken
  };
  [[nodiscard]] State state() const;
  [[nodiscard]] const std::string& problem() const;  // the first; "" if none
  // TLS 1.3: what the handshake hides without secrets. DER, leaf first; the alert that came encrypted.
  [[nodiscard]] const std::vector<Bytes>& certificates() const;
  // The first fatal one, else the first warning but close_notify, whether encrypted or not.
  [[nodiscard]] std::optional<std::uint8_t> alert(From who) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace rdpdoctor::wire
