// TLS over memory, with OpenSSL: bytes in, bytes out, no socket. One class for both ends; the probe uses the
// client, the lab the server. Verification is recorded by the caller from the chain, never enforced here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "wire/tls_records.h"

namespace rdpdoctor::wire {

struct TlsClientOptions {
  std::uint16_t min_version = 0x0301;
  std::uint16_t max_version = 0x0304;
  std::string server_name{};  // SNI; "" for none (addresses must be given as "")
  bool sha1_signatures = true;
  bool key_log = false;  // keep the secrets for key_log()
};

struct TlsServerOptions {
  std::uint16_t min_version = 0x0301;
  std::uint16_t max_version = 0x0304;
  std::string cipher_list{};           // OpenSSL syntax for TLS <= 1.2, "" for all
  std::string signature_algorithms{};  // OpenSSL syntax, "" for the defaults
  Bytes certificate_der{};
  Bytes private_key_der{};  // PKCS#8, not encrypted
};

class TlsSession {
 public:
  // Security level 0, all ciphers, old servers without RFC 5746 allowed: an old host must answer, not be
  // refused by us. A peer that makes us hold more than 1 MiB, unread or unsent, fails the session.
  [[nodiscard]] static Result<TlsSession> client(const TlsClientOptions& options);
  // The key must belong to the certificate; expired, weak or wrong-usage ones are served as they are.
  [[nodiscard]] static Result<TlsSession> server(const TlsServerOptions& options);
  TlsSession(TlsSession&&) noexcept;
  TlsSession& operator=(TlsSession&&) noexcept;
  ~TlsSession();

  void received(View bytes);      // from the peer; drives the handshake
  [[nodiscard]] Bytes to_send();  // what must go to the peer now; call start() or received() first
  void start();                   // client: produces the ClientHello

  [[nodiscard]] bool established() const;
  [[nodiscard]] bool failed() const;                // fatal: alert received, protocol error, …
  [[nodiscard]] std::string failure() const;        // OpenSSL's reason, lower case, "" if none
  [[nodiscard]] const TlsWatcher& watcher() const;  // the peer's clear bytes (client side: the server's)

  // After establishment.
  void write(View plain);
  [[nodiscard]] Bytes read();              // decrypted bytes so far
  [[nodiscard]] bool peer_closed() const;  // close_notify received
  void close();                            // sends close_notify
  [[nodiscard]] std::uint16_t version() const;
  [[nodiscard]] std::string cipher() const;             // IANA name, "TLS_AES_256_GCM_SHA384"
  [[nodiscard]] std::string peer_signature() const;     // "RSA-PSS SHA256"-like, "" if none was made
  [[nodiscard]] std::vector<Bytes> peer_chain() const;  // DER, leaf first
  [[nodiscard]] const std::string& key_log() const;     // lines in the form of tls_key_log.h

 private:
  struct State;
  explicit TlsSession(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rdpdoctor::wire
