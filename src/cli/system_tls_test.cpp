// Schannel against OpenSSL in memory, where there is a Schannel (under Wine: its own, by GnuTLS).
#include "host/live/system_tls.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "host/live/live.h"
#include "support/test_certificate.h"
#include "wire/tls_records.h"
#include "wire/tls_session.h"

using namespace rdpdoctor;
using State = TokenHandshake::Step::State;

namespace {

wire::TlsSession server(wire::TlsServerOptions options = {}) {
  // With digitalSignature: Wine's GnuTLS holds a certificate to its key usage, Windows' Schannel does not.
  static const auto made = test::make_certificate({.key_usage = "digitalSignature,keyEncipherment"});
  options.certificate_der = made.der;
  options.private_key_der = made.key_pkcs8;
  auto session = wire::TlsSession::server(options);
  REQUIRE(session);
  return std::move(*session);
}

struct Talk {
  TokenHandshake::Step last;
  Bytes hello;          // what the client sent first
  Bytes sent_at_end{};  // with the step that ended it
};

// Carries bytes both ways until the client's end is settled or neither has anything to say; what comes to the
// client is cut into two pieces at `cut`, or all along into pieces of `piece`.
Talk talk(TokenHandshake& client, wire::TlsSession& host, std::size_t piece, std::size_t cut = 0) {
  Talk out;
  out.last = client.begin();
  out.hello = out.last.send;
  for (int round = 0; round < 20 && out.last.state == State::going_on; ++round) {
    host.received(out.last.send);
    Bytes answer = host.to_send();
    if (answer.empty()) break;
    Bytes to_host;
    for (View left = answer; !left.empty() && out.last.state == State::going_on;) {
      std::size_t size = cut != 0 && cut < left.size() ? cut : std::min(piece, left.size());
      cut = 0;
      out.last = client.received(left.first(size));
      to_host.insert(to_host.end(), out.last.send.begin(), out.last.send.end());
      left = left.subspan(size);
    }
    out.sent_at_end = out.last.send;
    out.last.send = std::move(to_host);
  }
  host.received(out.last.send);
  return out;
}

}  // namespace

TEST_CASE("only Windows has a TLS of its own") {
  CHECK((host::system_tls("") != nullptr) == host::is_windows());
}

TEST_CASE("the system's TLS agrees with OpenSSL, however the answer is cut") {
  if (!host::is_windows()) return;
  for (std::size_t piece : {std::size_t{65536}, std::size_t{1}, std::size_t{7}}) {
    auto client = host::system_tls("srv-fin-02.contoso.com");
    auto host = server({.max_version = 0x0303});
    Talk t = talk(*client, host, piece);
    CAPTURE(t.last.status);
    CHECK(t.last.state == State::completed);
    CHECK(host.established());
    CHECK(client->agreed().version == 0x0303u);
    auto hello = wire::read_client_hello(t.hello);
    REQUIRE(hello);
    REQUIRE(*hello);
    CHECK((*hello)->server_name == "srv-fin-02.contoso.com");
  }
}

TEST_CASE("the system's TLS agrees with OpenSSL when its first answer is cut at any byte") {
  if (!host::is_windows()) return;
  for (std::size_t cut = 1; cut < 1400; ++cut) {
    auto client = host::system_tls("");
    auto host = server({.max_version = 0x0303});
    Talk t = talk(*client, host, 65536, cut);
    CAPTURE(cut);
    CAPTURE(t.last.status);
    REQUIRE(t.last.state == State::completed);
    REQUIRE(host.established());
  }
}

TEST_CASE("a handshake without end is a failure, and so is what is no TLS, with the system's own code") {
  if (!host::is_windows()) return;
  auto client = host::system_tls("");
  REQUIRE(client->begin().state == State::going_on);
  const Bytes page(20000, 'H');
  auto step = client->received(page);
  CHECK(step.state == State::failed);
  CHECK(0x80090000u <= step.status);
  auto endless = host::system_tls("");
  REQUIRE(endless->begin().state == State::going_on);
  Bytes record(16389, 0);
  const Bytes head = {22, 3, 3, 0x40, 0, 2, 0xFF, 0xFF, 0xFF};
  std::ranges::copy(head, record.begin());
  State state = State::going_on;
  for (int i = 0; i < 64 && state == State::going_on; ++i) state = endless->received(record).state;
  CHECK(state == State::failed);
}

TEST_CASE("a version that the host does not speak is no handshake") {
  if (!host::is_windows()) return;
  auto client = host::system_tls("");
  auto host = server({.min_version = 0x0304});
  Talk t = talk(*client, host, 65536);
  const bool offers_13 = t.last.state == State::completed;
  if (offers_13) CHECK(client->agreed().version == 0x0304u);
  if (!offers_13) CHECK_FALSE(host.established());
}

TEST_CASE("a step after the end changes nothing that the system can't bear") {
  if (!host::is_windows()) return;
  auto unbegun = host::system_tls("");
  CHECK_FALSE(unbegun->agreed().version);
  auto client = host::system_tls(std::string(70000, 'a'));
  auto step = client->begin();
  CHECK(step.state != State::completed);
}
