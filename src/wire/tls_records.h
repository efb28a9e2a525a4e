// The clear part of TLS as it passes by: records, alerts, ServerHello, the TLS 1.2 certificate flight.
// RFC 8446 5.1 and B.3, RFC 5246 6.2 and 7.4. Fed in any pieces; bounded; keeps no more than 256 KiB.
#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "wire/tls_hello.h"

namespace rdpdoctor::wire {

inline constexpr std::uint8_t tls_change_cipher_spec = 20;
inline constexpr std::uint8_t tls_alert = 21;
inline constexpr std::uint8_t tls_handshake = 22;
inline constexpr std::uint8_t tls_application_data = 23;

struct TlsAlert {
  std::uint8_t level = 0;        // 1 warning, 2 fatal
  std::uint8_t description = 0;  // see codes/tls_alert.h; any value is kept
};

struct ServerHelloSeen {
  std::uint16_t version = 0;  // supported_versions if present, else legacy_version
  std::uint16_t cipher_suite = 0;
  bool hello_retry_request = false;
};

// Watches one direction (what the server sends). What it saw stays readable whatever comes later.
class TlsWatcher {
 public:
  void feed(View bytes);

  // The first one sent in the clear; a fatal one takes the place of a warning.
  [[nodiscard]] const std::optional<TlsAlert>& alert() const { return alert_; }
  // The latest: after a HelloRetryRequest, the real one.
  [[nodiscard]] const std::optional<ServerHelloSeen>& server_hello() const { return hello_; }
  // TLS <= 1.2: DER, leaf first, at most 32.
  [[nodiscard]] const std::vector<Bytes>& certificates() const { return certificates_; }
  [[nodiscard]] bool server_hello_done() const { return done_; }  // TLS <= 1.2
  // Not TLS, or broken framing; nothing more is read then.
  [[nodiscard]] const std::optional<DecodeError>& error() const { return error_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  void take_records();
  void record(std::uint8_t type, View fragment);
  void handshake_fragment(View fragment);
  void handshake_message(std::uint8_t type, View body);

  Bytes buffer_;     // incomplete record
  Bytes handshake_;  // incomplete handshake message, across records
  bool encrypted_ = false;
  std::size_t bytes_ = 0;
  std::size_t at_ = 0;  // of the record being read, from the start of the stream
  std::optional<TlsAlert> alert_;
  std::optional<ServerHelloSeen> hello_;
  std::vector<Bytes> certificates_;
  bool done_ = false;
  std::optional<DecodeError> error_;
};

// The first handshake record(s) of a client. Gives nullopt while more bytes are needed; an error over 64 KiB.
[[nodiscard]] Decoded<std::optional<ClientHelloSeen>> read_client_hello(View stream);

// "TLS 1.2" for 0x0303; "0x0305" for others.
[[nodiscard]] std::string tls_version_name(std::uint16_t version);

}  // namespace rdpdoctor::wire
