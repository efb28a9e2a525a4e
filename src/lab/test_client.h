// For tests only: a session driven by hand, and the client's side of its TLS.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

#include "lab/session.h"
#include "wire/credssp.h"
#include "wire/ntlm.h"
#include "wire/tls_hello.h"

namespace rdpdoctor::lab {

inline constexpr std::uint32_t standard_protocols =
    wire::PROTOCOL_SSL | wire::PROTOCOL_HYBRID | wire::PROTOCOL_HYBRID_EX;
inline const Instant test_wall_clock = from_civil(2026, 11, 21, 12, 0, 0);

inline Bytes request_frame(std::optional<std::uint32_t> protocols = standard_protocols) {
  wire::ConnectionRequest request{.routing = "Cookie: mstshash=test", .negotiation = {}};
  if (protocols) request.negotiation = wire::RdpNegReq{0, *protocols};
  return wire::tpkt(wire::encode(request));
}

inline Bytes text(std::string_view s) {
  return {s.begin(), s.end()};
}

// A session and what it has done so far.
struct Played {
  explicit Played(const Behaviour& behaviour, bool failing = false)
      : session({.behaviour = behaviour,
                 .identity = identity(behaviour.certificate, test_wall_clock).value(),
                 .wall_clock = test_wall_clock,
                 .start = now,
                 .fails = failing}) {
    take(session.connected(now));
  }

  void send(View bytes) {
    if (!bytes.empty() && close == net::Step::Close::no) take(session.received(bytes, now));
  }
  void send_byte_by_byte(View bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) send(bytes.subspan(i, 1));
  }
  void wake() {
    REQUIRE(last.wake.has_value());
    now = *last.wake;
    take(session.woken(now));
  }
  // What it has sent since the last call.
  Bytes got() { return std::exchange(sent, {}); }
  wire::ConnectionConfirm confirm() {
    wire::TpktFramer framer;
    framer.feed(got());
    REQUIRE(framer.state() == wire::TpktFramer::State::frame);
    const auto decoded = wire::decode_connection_confirm(framer.payload());
    REQUIRE(decoded.has_value());
    return *decoded;
  }
  // As far as both sides have something to say.
  void exchange(wire::TlsSession& client) {
    for (Bytes out = client.to_send(); !out.empty(); out = client.to_send()) {
      send(out);
      client.received(got());
    }
  }
  wire::TlsSession handshake(std::uint32_t protocols = standard_protocols,
                             const wire::TlsClientOptions& options = {}) {
    send(request_frame(protocols));
    (void)got();
    auto client = wire::TlsSession::client(options);
    REQUIRE(client.has_value());
    client->start();
    exchange(*client);
    return std::move(*client);
  }
  [[nodiscard]] bool open() const { return close == net::Step::Close::no; }

  Moment now{};
  net::Step last{};
  Bytes sent{};
  net::Step::Close close = net::Step::Close::no;
  Session session;

 private:
  void take(net::Step step) {
    sent.insert(sent.end(), step.send.begin(), step.send.end());
    close = step.close;
    last = std::move(step);
  }
};

inline Bytes first_token() {
  wire::NtlmProbeToken probe;
  return probe.step({}).token_out.value();
}

inline Bytes ts_request_with(Bytes token) {
  return wire::encode(wire::TsRequest{.version = 6, .nego_tokens = {std::move(token)}});
}

}  // namespace rdpdoctor::lab
