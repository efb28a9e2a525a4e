#include "lab/session.h"

#include "lab/test_client.h"

namespace rdpdoctor::lab {
namespace {

using net::Step;

constexpr auto selected_hybrid_ex = wire::PROTOCOL_HYBRID_EX;

struct Way {
  Leave leave;
  Step::Close close;
};
constexpr Way ways[] = {{Leave::fin, Step::Close::fin},
                        {Leave::reset, Step::Close::reset},
                        {Leave::silent, Step::Close::no},
                        {Leave::alert, Step::Close::fin}};

const Bytes alert_40 = {0x15, 3, 1, 0, 2, 2, 40};
Bytes expected_bytes(Leave leave) {
  return leave == Leave::alert ? alert_40 : Bytes{};
}

Bytes hello(std::string_view offer = "modern") {
  return wire::client_hello_record(wire::hello_offer(offer), Bytes(32, 7));
}

wire::TsRequest answer_to(Played& host, wire::TlsSession& client, View plain) {
  client.write(plain);
  host.exchange(client);
  const Bytes answer = client.read();
  const auto decoded = wire::decode_ts_request(answer);
  REQUIRE(decoded.has_value());
  return *decoded;
}

}  // namespace

TEST_CASE("a healthy host confirms HYBRID_EX with all flags") {
  Played host{Behaviour{}};
  CHECK(host.sent.empty());
  host.send(request_frame());
  const auto confirm = host.confirm();
  const auto* response = std::get_if<wire::RdpNegRsp>(&confirm.negotiation);
  REQUIRE(response != nullptr);
  CHECK(response->selected_protocol == selected_hybrid_ex);
  CHECK(response->flags == 0x1F);
  CHECK(host.open());
}

TEST_CASE("a request in single bytes is answered once, at its last byte") {
  Played host{Behaviour{}};
  const Bytes request = request_frame();
  host.send_byte_by_byte(View(request).first(request.size() - 1));
  CHECK(host.sent.empty());
  host.send(View(request).last(1));
  CHECK(std::holds_alternative<wire::RdpNegRsp>(host.confirm().negotiation));
}

TEST_CASE("a healthy host completes TLS 1.3 and gives its names, build and clock") {
  Played host{Behaviour{}};
  auto client = host.handshake();
  REQUIRE(client.established());
  CHECK(client.version() == 0x0304);
  CHECK(client.peer_chain().size() == 1);

  host.now += std::chrono::seconds(3);
  const auto answer = answer_to(host, client, ts_request_with(first_token()));
  CHECK(answer.version == 6);
  CHECK_FALSE(answer.error_code.has_value());
  REQUIRE(answer.nego_tokens.size() == 1);
  const auto challenge = wire::decode_ntlm_challenge(answer.nego_tokens[0]);
  REQUIRE(challenge.has_value());
  CHECK(challenge->netbios_computer_name == "LAB-HOST");
  CHECK(challenge->dns_computer_name == "lab-host.lab.example");
  REQUIRE(challenge->version.has_value());
  CHECK(challenge->version->build == 20348);
  CHECK(challenge->timestamp == Instant{test_wall_clock.ms + 3000});
  CHECK(host.open());
}

TEST_CASE("the clock offset shows in the challenge") {
  Played host{Behaviour{.clock_offset_s = 7200}};
  auto client = host.handshake();
  const auto answer = answer_to(host, client, ts_request_with(first_token()));
  REQUIRE(answer.nego_tokens.size() == 1);
  const auto challenge = wire::decode_ntlm_challenge(answer.nego_tokens[0]);
  REQUIRE(challenge.has_value());
  CHECK(challenge->timestamp == Instant{test_wall_clock.ms + 7'200'000});
}

TEST_CASE("a handshake in single bytes completes") {
  Played host{Behaviour{}};
  host.send(request_frame());
  (void)host.got();
  auto client = wire::TlsSession::client({}).value();
  client.start();
  for (Bytes out = client.to_send(); !out.empty(); out = client.to_send()) {
    host.send_byte_by_byte(out);
    for (std::uint8_t byte : host.got()) client.received(View(&byte, 1));
  }
  CHECK(client.established());
}

TEST_CASE("each way of leaving at accept") {
  for (const Way& way : ways) {
    CAPTURE(static_cast<int>(way.leave));
    Played host{Behaviour{.at_accept = way.leave}};
    CHECK(host.close == way.close);
    CHECK(host.sent == expected_bytes(way.leave));
    host.send(request_frame());
    CHECK(host.sent == expected_bytes(way.leave));
  }
}

TEST_CASE("each way of leaving after the request") {
  for (const Way& way : ways) {
    CAPTURE(static_cast<int>(way.leave));
    Played host{Behaviour{.at_request = way.leave}};
    const Bytes request = request_frame();
    host.send(View(request).first(5));
    CHECK(host.open());
    host.send(View(request).subspan(5));
    CHECK(host.close == way.close);
    CHECK(host.sent == expected_bytes(way.leave));
  }
}

TEST_CASE("each way of leaving at the ClientHello, only when it is whole") {
  for (const Way& way : ways) {
    for (const Bytes& record : {hello(), wire::not_a_hello_record(200)}) {
      CAPTURE(static_cast<int>(way.leave));
      Played host{Behaviour{.at_hello = way.leave}};
      host.send(request_frame());
      (void)host.got();
      host.send_byte_by_byte(View(record).first(record.size() - 1));
      CHECK(host.open());
      CHECK(host.sent.empty());
      host.send(View(record).last(1));
      CHECK(host.close == way.close);
      CHECK(host.sent == expected_bytes(way.leave));
    }
  }
}

TEST_CASE("each way of leaving at the first CredSSP token") {
  for (const Way& way : ways) {
    CAPTURE(static_cast<int>(way.leave));
    Played host{Behaviour{.at_token = way.leave}};
    auto client = host.handshake();
    REQUIRE(client.established());
    client.write(ts_request_with(first_token()));
    host.exchange(client);
    CHECK(host.close == way.close);
    CHECK(client.read().empty());
    CHECK(client.peer_closed() == (way.leave == Leave::alert));
    CHECK_FALSE(client.failed());
  }
}

TEST_CASE("a negotiation failure is sent and the connection closed") {
  Played host{Behaviour{.failure = 5}};
  host.send(request_frame());
  CHECK(host.close == Step::Close::fin);
  const auto confirm = host.confirm();
  const auto* failure = std::get_if<wire::RdpNegFailure>(&confirm.negotiation);
  REQUIRE(failure != nullptr);
  CHECK(failure->failure_code == 5);
}

TEST_CASE("an ill connection of an intermittent host is reset after its request") {
  Played host(Behaviour{}, /* failing= */ true);
  CHECK(host.open());
  host.send(request_frame());
  CHECK(host.close == Step::Close::reset);
  CHECK(host.sent.empty());
}

TEST_CASE("only the configured TLS versions are spoken") {
  for (const std::uint16_t version : {std::uint16_t{0x0301}, std::uint16_t{0x0302}, std::uint16_t{0x0303}}) {
    CAPTURE(version);
    Played host{Behaviour{.tls_min = version, .tls_max = version}};
    auto client = host.handshake();
    REQUIRE(client.established());
    CHECK(client.version() == version);
    if (version == 0x0303) continue;
    Played refusing{Behaviour{.tls_min = version, .tls_max = version}};
    auto modern = refusing.handshake(standard_protocols, {.min_version = 0x0303});
    CHECK_FALSE(modern.established());
    REQUIRE(modern.watcher().alert().has_value());
    CHECK(modern.watcher().alert()->description == 70);
    CHECK(refusing.close == Step::Close::fin);
  }
}

TEST_CASE("legacy ciphers: a wide offer completes, a modern one gets alert 40") {
  Played host{Behaviour{.legacy_ciphers_only = true}};
  auto client = host.handshake();
  CHECK(client.established());
  CHECK(client.version() == 0x0303);

  Played refusing{Behaviour{.legacy_ciphers_only = true}};
  refusing.send(request_frame());
  (void)refusing.got();
  refusing.send(hello("modern"));
  wire::TlsWatcher answer;
  answer.feed(refusing.got());
  REQUIRE(answer.alert().has_value());
  CHECK(answer.alert()->description == 40);
}

TEST_CASE("every certificate can be served") {
  for (int kind = 0; kind <= static_cast<int>(CertificateKind::oversized); ++kind) {
    CAPTURE(kind);
    Played host{Behaviour{.certificate = static_cast<CertificateKind>(kind)}};
    auto client = host.handshake();
    CHECK(client.established());
  }
}

TEST_CASE("without NLA the session ends where MCS would begin") {
  Played host{Behaviour{.nla_enforced = false}};
  auto client = host.handshake(wire::PROTOCOL_SSL);
  REQUIRE(client.established());
  client.write(text("MCS Connect Initial"));
  host.exchange(client);
  CHECK(host.close == Step::Close::fin);
}

TEST_CASE("standard RDP security ends where MCS would begin") {
  Played host{Behaviour{.protocols = 0, .rdp_security = true, .nla_enforced = false}};
  host.send(request_frame(wire::PROTOCOL_RDP));
  CHECK(std::get<wire::RdpNegRsp>(host.confirm().negotiation).selected_protocol == wire::PROTOCOL_RDP);
  CHECK(host.open());
  host.send(text("MCS"));
  CHECK(host.close == Step::Close::fin);
}

TEST_CASE("an AUTHENTICATE message is answered with logon failure") {
  Played host{Behaviour{}};
  auto client = host.handshake();
  (void)answer_to(host, client, ts_request_with(first_token()));
  Bytes authenticate = text("NTLMSSP");
  authenticate.insert(authenticate.end(), {0, 3, 0, 0, 0});
  const auto refusal = answer_to(host, client, ts_request_with(authenticate));
  CHECK(refusal.error_code == 0xC000006D);
  CHECK(host.close == Step::Close::fin);
}

}  // namespace rdpdoctor::lab
