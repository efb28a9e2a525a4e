// Opens TLS records with secrets that were logged elsewhere (the NSS key log format, as SSLKEYLOGFILE and
// pcapng Decryption Secrets Blocks have it): TLS 1.3 (RFC 8446 7.3) and TLS 1.0 to 1.2 (RFC 5246 6.3) with
// AES-GCM, ChaCha20-Poly1305, AES-CBC (also encrypt-then-mac, extended master secret needs nothing more).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace rdpdoctor::wire {

// Secrets by client random.
class TlsKeyLog {
 public:
  // Lines that are no key log lines are passed over and counted; at most 1,000,000 lines are kept.
  void add(std::string_view text);
  [[nodiscard]] std::size_t lines() const { return lines_; }
  [[nodiscard]] std::size_t bad_lines() const { return bad_lines_; }
  // The secret of this label ("CLIENT_RANDOM", "CLIENT_TRAFFIC_SECRET_0", …), or nothing.
  [[nodiscard]] const Bytes* find(View client_random, std::string_view label) const;
  [[nodiscard]] bool knows(View client_random) const;

 private:
  std::map<Bytes, std::map<std::string, Bytes, std::less<>>> secrets_;
  std::size_t lines_ = 0;
  std::size_t bad_lines_ = 0;
};

// One TLS connection, both directions, fed with TCP payload in order. Knows when it can't go on, and says
// why.
class TlsOpener {
 public:
  // The key log must outlive it.
  explicit TlsOpener(const TlsKeyLog& secrets);
  TlsOpener(TlsOpener&&) noexcept;
  TlsOpener& operator=(TlsOpener&&) noexcept;
  ~TlsOpener();

  enum class From { client, host };
  void feed(From who, View bytes);
  // Application data opened since the last call, in order within each direction.
  [[nodiscard]] Bytes take(From who);

  enum class State {
    waiting,    // the handshake is not far enough
    no_secret,  // this connection's secrets are not in the key log
    open,       // records are being opened
    failed,     // see problem(): an unknown cipher suite, a record that does not authenticate, lost bytes
  };
  [[nodiscard]] State state() const;
  [[nodiscard]] const std::string& problem() const;
  // TLS 1.3: what the handshake hides without secrets. DER, leaf first; the alert that came encrypted.
  [[nodiscard]] const std::vector<Bytes>& certificates() const;
  [[nodiscard]] std::optional<std::uint8_t> alert(
      From who) const;  // the first fatal one, or warning but close_notify

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace rdpdoctor::wire
