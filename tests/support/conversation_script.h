// Conversations to be captured, line by line: what a client and a host say, with TLS of both ends made on the
// spot.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyze/conversation.h"
#include "support/test_certificate.h"
#include "wire/credssp.h"
#include "wire/ntlm.h"
#include "wire/tls_session.h"
#include "wire/tpkt.h"
#include "wire/x224.h"

namespace rdpdoctor::test {

using analyze::Conversation;
using analyze::From;
using evidence::Connection;

inline constexpr std::int64_t ms = 1000;
inline constexpr std::int64_t start = 1'700'000'000'000'000;

// A line of a script: who says what, 10 ms after the line before.
struct Said {
  From who;
  Bytes bytes;
  std::int64_t pause_us = 0;  // before it
};
using Script = std::vector<Said>;

inline Bytes request(std::optional<std::uint32_t> protocols,
                     const std::string& cookie = "Cookie: mstshash=eltons") {
  wire::ConnectionRequest r;
  r.routing = cookie;
  if (protocols) r.negotiation = wire::RdpNegReq{0, *protocols};
  return wire::tpkt(wire::encode(r));
}

inline Bytes confirm(std::uint32_t selected) {
  return wire::tpkt(wire::encode(wire::ConnectionConfirm{wire::RdpNegRsp{0x1F, selected}}));
}

inline Bytes failure(std::uint32_t code) {
  return wire::tpkt(wire::encode(wire::ConnectionConfirm{wire::RdpNegFailure{code}}));
}

inline Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

struct TlsPair {
  wire::TlsSession client;
  wire::TlsSession server;

  // Whatever either has to say, as lines of the script, until neither has.
  void talk(Script& script) {
    while (true) {
      Bytes to_server = client.to_send();
      if (!to_server.empty()) script.push_back({From::client, to_server});
      server.received(to_server);
      Bytes to_client = server.to_send();
      if (!to_client.empty()) script.push_back({From::host, to_client});
      client.received(to_client);
      if (to_server.empty() && to_client.empty()) return;
    }
  }
};

inline TlsPair tls_pair(std::uint16_t version, std::uint16_t server_min = 0x0301) {
  auto made = make_certificate({});
  auto client = wire::TlsSession::client(
      {.min_version = 0x0301, .max_version = version, .server_name = "srv.corp.example", .key_log = true});
  auto server = wire::TlsSession::server({server_min, 0x0304, "", "", made.der, made.key_pkcs8});
  REQUIRE(client.has_value());
  REQUIRE(server.has_value());
  return {std::move(*client), std::move(*server)};
}

inline Script x224(std::uint32_t asked, std::uint32_t selected) {
  return {{From::client, request(asked)}, {From::host, confirm(selected)}};
}

inline Script handshake(TlsPair& pair, std::uint32_t asked = 3, std::uint32_t selected = 2) {
  Script script = x224(asked, selected);
  pair.client.start();
  pair.talk(script);
  return script;
}

struct End {
  enum class How { capture, fin, reset } how = How::capture;
  From who = From::host;
  std::int64_t after_us = 10 * ms;
};
inline constexpr End host_fin{End::How::fin, From::host};
inline constexpr End host_reset{End::How::reset, From::host};
inline constexpr End client_fin{End::How::fin, From::client};
inline constexpr End long_wait{End::How::capture, From::host, 10'000 * ms};

inline Connection play(const Script& script, End end = {}, std::size_t piece = 100000,
                       const std::string& key_log = "", bool verbose = false) {
  wire::TlsKeyLog secrets;
  secrets.add(key_log);
  Conversation conversation(secrets, verbose);
  std::int64_t at = start;
  for (const Said& said : script) {
    at += said.pause_us;
    for (View left = said.bytes; !left.empty(); left = left.subspan(std::min(piece, left.size())))
      conversation.bytes(said.who, left.first(std::min(piece, left.size())), at);
    at += 10 * ms;
  }
  at += end.after_us - 10 * ms;
  if (end.how != End::How::capture) conversation.closed(end.who, end.how == End::How::reset, at);
  conversation.over(at);
  return conversation.take();
}

inline Script first_lines(Script script, std::size_t n) {
  script.resize(std::min(n, script.size()));
  return script;
}

// CredSSP and what follows, as application data inside of TLS.
inline void credssp_round(TlsPair& pair, Script& script, const wire::TsRequest& answer) {
  wire::TsRequest ask;
  ask.nego_tokens = {wire::encode(wire::NtlmNegotiate{})};
  pair.client.write(wire::encode(ask));
  pair.talk(script);
  pair.server.write(wire::encode(answer));
  pair.talk(script);
}

inline wire::TsRequest challenge() {
  wire::NtlmChallenge c;
  c.netbios_computer_name = "SRV-FIN-02";
  c.dns_computer_name = "srv-fin-02.corp.example";
  c.version = wire::NtlmVersion{10, 0, 20348};
  c.timestamp = Instant{1'700'000'123'000};
  wire::TsRequest r;
  r.nego_tokens = {wire::encode(c)};
  return r;
}

}  // namespace rdpdoctor::test
