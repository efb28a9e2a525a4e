// Both ends are OpenSSL in memory; what passes between them is fed to the opener with the key log that
// OpenSSL writes.
#include "wire/tls_opener.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "wire/test_tls_conversation.h"

using namespace rdpdoctor;
using namespace rdpdoctor::wire;
using From = TlsOpener::From;
using State = TlsOpener::State;

namespace {

struct Opened {
  std::string client;
  std::string host;
};

Opened feed_all(TlsOpener& opener, const std::vector<Flight>& flights, std::size_t piece = 100000) {
  Opened out;
  for (const Flight& flight : flights) {
    for (View left = flight.bytes; !left.empty();) {
      const View now = left.first(std::min(piece, left.size()));
      left = left.subspan(now.size());
      opener.feed(flight.from, now);
      const Bytes plain = opener.take(flight.from);
      (flight.from == From::client ? out.client : out.host).append(plain.begin(), plain.end());
    }
  }
  return out;
}

std::string with_last_secret_digit_changed(std::string key_log) {
  for (std::size_t end = key_log.find('\n'); end != std::string::npos; end = key_log.find('\n', end + 1)) {
    key_log[end - 1] = key_log[end - 1] == '0' ? '1' : '0';
  }
  return key_log;
}

const std::string long_text(40000, 'x');

void check_suite(const Wanted& wanted) {
  CAPTURE(wanted.version);
  CAPTURE(wanted.suites);
  Conversation c(wanted);
  c.settle();
  REQUIRE(SSL_is_init_finished(c.host.get()));
  c.say(From::client, "hello");
  c.say(From::host, "good day");
  c.say(From::host, long_text);
  c.say(From::client, "bye");
  TlsKeyLog log;
  log.add(c.key_log);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100000}}) {
    TlsOpener opener(log);
    CHECK(opener.state() == State::waiting);
    const Opened opened = feed_all(opener, c.flights, piece);
    CHECK(opener.problem() == "");
    CHECK(opener.state() == State::open);
    CHECK(opened.client == "hellobye");
    CHECK(opened.host == "good day" + long_text);
    CHECK(opener.certificates().size() == (wanted.version == TLS1_3_VERSION ? 1 : 0));
  }
  TlsKeyLog wrong;
  wrong.add(with_last_secret_digit_changed(c.key_log));
  TlsOpener opener(wrong);
  const Opened opened = feed_all(opener, c.flights);
  CHECK(opener.state() == State::failed);
  CHECK(opener.problem().find("does not authenticate") != std::string::npos);
  CHECK(opened.client.empty());
  CHECK(opened.host.empty());
}

}  // namespace

TEST_CASE(
    "every version and kind of cipher suite is opened, however the bytes are cut, and by no wrong secret") {
  for (const char* suite :
       {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}) {
    check_suite({TLS1_3_VERSION, suite});
  }
  for (const char* suite : {"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "AES256-GCM-SHA384",
                            "ECDHE-RSA-CHACHA20-POLY1305", "AES128-SHA", "AES128-SHA256",
                            "ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-AES128-SHA256"}) {
    check_suite({TLS1_2_VERSION, suite});
  }
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    check_suite({version, "AES128-SHA:@SECLEVEL=0"});
    check_suite({version, "ECDHE-RSA-AES256-SHA:@SECLEVEL=0"});
  }
}

TEST_CASE("without the encrypt-then-mac extension, as Windows speaks, CBC suites are opened, too") {
  for (const char* suite : {"AES128-SHA", "ECDHE-RSA-AES256-SHA384"}) {
    check_suite({TLS1_2_VERSION, suite, SSL_OP_NO_ENCRYPT_THEN_MAC});
  }
  check_suite({TLS1_VERSION, "AES256-SHA:@SECLEVEL=0", SSL_OP_NO_ENCRYPT_THEN_MAC});
  check_suite({TLS1_1_VERSION, "AES256-SHA:@SECLEVEL=0", SSL_OP_NO_ENCRYPT_THEN_MAC});
}

TEST_CASE("a TLS 1.3 key update changes the keys of its direction") {
  Conversation c({TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256"});
  c.settle();
  c.say(From::host, "one ");
  REQUIRE(SSL_key_update(c.host.get(), SSL_KEY_UPDATE_REQUESTED) == 1);
  c.say(From::host, "two ");
  c.say(From::client, "three");
  TlsKeyLog log;
  log.add(c.key_log);
  TlsOpener opener(log);
  const Opened opened = feed_all(opener, c.flights, 3);
  CHECK(opener.state() == State::open);
  CHECK(opened.host == "one two ");
  CHECK(opened.client == "three");
}

TEST_CASE("a session that is resumed is opened by its own line of the log") {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Conversation c(
        {version, version == TLS1_3_VERSION ? "TLS_AES_256_GCM_SHA384" : "ECDHE-RSA-AES256-GCM-SHA384"});
    c.settle();
    c.say(From::host, "first");
    const SessionPtr session(SSL_get1_session(c.client.get()));
    for (SSL* ssl : {c.client.get(), c.host.get()})
      SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    c.flights.clear();
    c.connect(session.get());
    c.settle();
    REQUIRE(SSL_session_reused(c.client.get()) == 1);
    c.say(From::client, "second");
    TlsKeyLog log;
    log.add(c.key_log);
    TlsOpener opener(log);
    CHECK(feed_all(opener, c.flights).client == "second");
    CHECK(opener.state() == State::open);
    CHECK(opener.certificates().empty());
  }
}

TEST_CASE("a renegotiation goes on with the new hello's secret") {
  Conversation c({TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256", SSL_OP_ALLOW_CLIENT_RENEGOTIATION});
  c.settle();
  c.say(From::client, "before ");
  REQUIRE(SSL_renegotiate(c.client.get()) == 1);
  c.settle();
  c.say(From::client, "after");
  c.say(From::host, "yes");
  TlsKeyLog log;
  log.add(c.key_log);
  REQUIRE(log.lines() >= 2);
  TlsOpener opener(log);
  const Opened opened = feed_all(opener, c.flights, 5);
  CHECK(opener.problem() == "");
  CHECK(opened.client == "before after");
  CHECK(opened.host == "yes");
}

TEST_CASE("a HelloRetryRequest does not confuse which hello counts") {
  Conversation c({TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256"});
  SSL_set1_groups_list(c.client.get(), "X25519:P-384");
  SSL_set1_groups_list(c.host.get(), "P-384");
  c.settle();
  c.say(From::host, "retried");
  TlsKeyLog log;
  log.add(c.key_log);
  TlsOpener opener(log);
  CHECK(feed_all(opener, c.flights).host == "retried");
  CHECK(opener.state() == State::open);
}

TEST_CASE("without its secret a connection stays closed, and opens when the secret comes later") {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Conversation c({version, version == TLS1_3_VERSION ? "TLS_AES_256_GCM_SHA384" : "AES256-GCM-SHA384"});
    c.settle();
    c.say(From::host, "late");
    TlsKeyLog log;
    log.add("CLIENT_RANDOM " + std::string(64, 'a') + " " + std::string(96, 'b') + "\n");
    TlsOpener opener(log);
    CHECK(feed_all(opener, c.flights).host.empty());
    CHECK(opener.state() == State::no_secret);
    CHECK(opener.problem() == "");
    log.add(c.key_log);
    const Bytes plain = opener.take(From::host);
    CHECK(std::string(plain.begin(), plain.end()) == "late");
    CHECK(opener.state() == State::open);
  }
}

TEST_CASE("waiting for a secret is bounded, and then given up for good") {
  Conversation c({TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256"});
  c.settle();
  for (int i = 0; i < 3; ++i) c.say(From::host, long_text);
  TlsKeyLog log;
  TlsOpener opener(log);
  feed_all(opener, c.flights);
  CHECK(opener.state() == State::no_secret);
  CHECK(opener.problem() != "");
  log.add(c.key_log);
  CHECK(opener.take(From::host).empty());
  CHECK(opener.state() == State::no_secret);
}

TEST_CASE("the other direction's hello may come late") {
  Conversation c({TLS1_2_VERSION, "AES128-GCM-SHA256"});
  c.settle();
  c.say(From::client, "patient");
  std::ranges::stable_sort(c.flights, std::less{}, &Flight::from);  // all of the client's first
  TlsKeyLog log;
  log.add(c.key_log);
  TlsOpener opener(log);
  feed_all(opener, c.flights);
  const Bytes plain = opener.take(From::client);
  CHECK(std::string(plain.begin(), plain.end()) == "patient");
  CHECK(opener.state() == State::open);
}

TEST_CASE("alerts are told, whether in the clear or not; close_notify is none") {
  Conversation c({TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256"});
  SSL_set_verify(c.client.get(), SSL_VERIFY_PEER, nullptr);  // the client knows no authority
  c.settle();
  TlsKeyLog log;
  log.add(c.key_log);
  TlsOpener opener(log);
  feed_all(opener, c.flights);
  CHECK(opener.alert(From::client) == 48);  // unknown_ca
  CHECK(opener.alert(From::host) == std::nullopt);
  CHECK(opener.certificates() == std::vector<Bytes>{certificate().der});

  Conversation good({TLS1_2_VERSION, "AES128-SHA"});
  good.settle();
  SSL_shutdown(good.host.get());
  good.settle();
  TlsKeyLog its_log;
  its_log.add(good.key_log);
  TlsOpener its_opener(its_log);
  feed_all(its_opener, good.flights);
  CHECK(its_opener.state() == State::open);
  CHECK(its_opener.alert(From::host) == std::nullopt);
}

TEST_CASE("what can't be opened says why") {
  TlsKeyLog log;
  {
    TlsOpener opener(log);
    opener.feed(From::client, from_hex("0300000102").value());
    CHECK(opener.state() == State::failed);
    CHECK(opener.problem() == "what the client says is no TLS record");
  }
  {
    TlsOpener opener(log);
    opener.feed(From::host, from_hex("1703030010").value());
    CHECK(opener.problem() == "the beginning of what the host said is missing");
  }
  Conversation c({TLS1_2_VERSION, "AES128-SHA"});
  c.settle();
  c.say(From::client, "out");
  c.say(From::host, "in");
  log.add(c.key_log);
  {
    TlsOpener opener(log);
    feed_all(opener, {c.flights.begin(), c.flights.end() - 1});
    opener.lost(From::client);
    opener.feed(From::host, c.flights.back().bytes);
    CHECK(opener.take(From::host).size() == 2);
    CHECK(opener.state() == State::failed);
    CHECK(opener.problem() == "bytes of the client are missing");
  }
  // The ServerHello's cipher suite, AES128-SHA, stands after its 32 bytes of session id.
  auto unknown = c.flights;
  Bytes& hello = unknown[1].bytes;
  const std::size_t at = 5 + 4 + 2 + 32 + 1 + hello[5 + 4 + 2 + 32];
  REQUIRE(hello[at + 1] == 0x2f);
  hello[at + 1] = 0x05;
  TlsOpener opener(log);
  feed_all(opener, unknown);
  CHECK(opener.problem() == "cipher suite 0x0005 is not opened");
}

TEST_CASE("every truncation and every changed byte is survived, and never opens what was not said") {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Conversation c(
        {version, version == TLS1_3_VERSION ? "TLS_AES_256_GCM_SHA384" : "ECDHE-RSA-AES256-SHA384"});
    c.settle();
    c.say(From::host, "secret");
    TlsKeyLog log;
    log.add(c.key_log);
    for (std::size_t f = 0; f < c.flights.size(); ++f) {
      for (std::size_t i = 0; i < c.flights[f].bytes.size(); i += 1 + i / 64) {
        auto changed = c.flights;
        changed[f].bytes[i] ^= 0x10;
        TlsOpener opener(log);
        const std::string host = feed_all(opener, changed).host;
        CHECK((host.empty() || host == "secret"));
        auto cut = c.flights;
        cut.resize(f + 1);
        cut[f].bytes.resize(i);
        TlsOpener cut_opener(log);
        CHECK(feed_all(cut_opener, cut).host.empty());
        CHECK(cut_opener.state() != State::failed);
      }
    }
  }
}
