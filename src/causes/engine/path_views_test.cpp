#include "causes/engine/path_views.h"

#include <doctest/doctest.h>

namespace rdpdoctor::causes {
namespace {

using namespace evidence;

Connection& add(CaseFile& c, std::string what, std::string tls, std::uint32_t max_segment = 0,
                TlsOutcome outcome = TlsOutcome::completed, std::string address = "10.0.0.5") {
  Connection k;
  k.number = static_cast<int>(c.connections.size()) + 1;
  k.asked = {.address = std::move(address),
             .what = std::move(what),
             .max_segment = max_segment,
             .protocols = 0xB,
             .tls = std::move(tls)};
  k.tcp.outcome = TcpOutcome::connected;
  k.tcp.connect_ms = 2;
  k.tcp.mss = Reading<std::uint32_t>::present(max_segment ? max_segment : 1448);
  k.x224.outcome = X224Outcome::confirmed;
  k.x224.selected = 1;
  k.tls.outcome = outcome;
  k.ending = outcome == TlsOutcome::silent ? Ending::timed_out : Ending::local;
  c.connections.push_back(std::move(k));
  return c.connections.back();
}

void counts(Connection& k, std::uint32_t repeats, std::uint32_t syns, std::uint32_t needless,
            std::uint32_t sent) {
  k.tcp.retransmits = Reading<std::uint32_t>::present(repeats);
  k.tcp.syn_retransmits = Reading<std::uint32_t>::present(syns);
  k.tcp.needless = Reading<std::uint32_t>::present(needless);
  k.tcp.segments_sent = Reading<std::uint32_t>::present(sent);
}

}  // namespace

TEST_CASE("a size limit needs a stall by the system's own size and a pass by a smaller one") {
  CaseFile c;
  add(c, "standard", "handshake", 0, TlsOutcome::silent);
  CHECK_FALSE(size_limit(c));
  add(c, "segments 536", "handshake", 536);
  REQUIRE(size_limit(c));
  CHECK(size_limit(c)->passes == 576);
  CHECK(size_limit(c)->vanishes == 1488);
  CHECK_FALSE(size_limit(c)->repeated);
  add(c, "segments 1000", "handshake", 1000);
  add(c, "segments 1200", "handshake", 1200, TlsOutcome::silent);
  CHECK(size_limit(c)->passes == 1040);
  CHECK(size_limit(c)->vanishes == 1240);
  CHECK(size_limit(c)->repeated);
  CHECK_FALSE(size_limit(c)->towards_host);
  CaseFile by_chance = c;
  add(by_chance, "segments 900", "handshake", 900, TlsOutcome::silent);  // smaller than one that passes
  CHECK_FALSE(size_limit(by_chance)->repeated);
  add(c, "standard again 2", "handshake");
  CHECK_FALSE(size_limit(c));
}

TEST_CASE("over IPv6 the headers are 20 bytes larger") {
  CaseFile c;
  add(c, "standard", "handshake", 0, TlsOutcome::silent, "2001:db8::5");
  add(c, "segments 536", "handshake", 536, TlsOutcome::completed, "2001:db8::5");
  REQUIRE(size_limit(c));
  CHECK(size_limit(c)->passes == 596);
}

TEST_CASE("a padded ClientHello that stalls and passes by small segments limits the way to the host") {
  CaseFile c;
  add(c, "standard", "handshake");
  add(c, "hello padded", "padded", 0, TlsOutcome::silent);
  add(c, "hello padded segments 536", "padded", 536, TlsOutcome::server_hello);
  REQUIRE(size_limit(c));
  CHECK(size_limit(c)->towards_host);
}

TEST_CASE("loss counts what had to be repeated, of connections that were answered") {
  CaseFile c;
  counts(add(c, "standard", "handshake"), 2, 1, 0, 9);
  counts(add(c, "hello modern", "modern", 0, TlsOutcome::server_hello), 3, 0, 2, 10);
  counts(add(c, "hello padded", "padded", 0, TlsOutcome::silent), 7, 0, 0, 9);  // a stall, not loss
  Connection& dead = add(c, "standard again 2", "handshake", 0, TlsOutcome::not_tried);
  dead.tcp.outcome = TcpOutcome::timed_out;
  counts(dead, 2, 2, 0, 0);
  Loss l = loss(c);
  CHECK(l.read == 2);
  CHECK(l.repeats == 3);
  CHECK(l.syn_repeats == 1);
  CHECK(l.segments == 22);
  CHECK(enough_loss(l));
  CHECK(loss_share(l) == doctest::Approx(3.0 / 22));
  c.echoes.push_back({.address = "10.0.0.5", .packet_bytes = 64, .outcome = EchoOutcome::done, .sent = 30});
  CHECK(loss(c).echoes_sent == 0);  // a host that answers none
  c.echoes.back().answers_ms.assign(20, 1.0);
  CHECK(loss(c).echoes_lost == 10);
  CHECK(loss_share(loss(c)) == doctest::Approx(1.0 / 3));
}

TEST_CASE("SYNs alone, one connection alone, or one in a hundred is not enough") {
  CaseFile c;
  Connections two{&add(c, "a", ""), &add(c, "b", "")};
  CHECK(enough_loss({.segments = 100, .repeats = 3, .syn_repeats = 1, .repeating = two}));
  CHECK_FALSE(enough_loss({.segments = 100, .repeats = 3, .syn_repeats = 2, .repeating = two}));
  CHECK_FALSE(enough_loss({.segments = 100, .repeats = 3, .repeating = {two[0]}}));
  CHECK_FALSE(enough_loss({.segments = 200, .repeats = 3, .repeating = two}));
  CHECK_FALSE(enough_loss({.segments = 0, .repeats = 3, .repeating = two}));
}

TEST_CASE("flights beside each other share the way, and their rates add up") {
  CaseFile c;
  for (int i = 1; i <= 2; ++i) {
    Connection& k = add(c, "flight " + std::to_string(i), "handshake", 536);
    k.ended_ms = 400;
    k.tcp.flight = {.bytes = 1500, .first_bytes = 536, .wait_ms = 5, .spread_ms = 300};
  }
  REQUIRE(speed(c).down);
  CHECK(*speed(c).down > 50e3);
  CHECK(*speed(c).down < 64e3);
  CHECK(too_slow(speed(c)));
  c.connections[1].started_ms = 1000;  // one after the other: each had the whole way
  CHECK(*speed(c).down < 32e3);
  c.connections[1].tcp.flight.spread_ms = 0;
  c.connections[1].tcp.flight.first_bytes = 1500;  // all at once: nothing holds it up
  CHECK_FALSE(too_slow(speed(c)));
  CHECK(speed_words(61e3) == "61 kbit/s");
  CHECK(speed_words(2.44e6) == "2.4 Mbit/s");
}

TEST_CASE("the summary holds what was measured and nothing else") {
  CaseFile c;
  CHECK_FALSE(path_summary(c).rtt);
  Connection& k = add(c, "standard", "handshake");
  CHECK_FALSE(path_summary(c).rtt->by_kernel);
  CHECK_FALSE(path_summary(c).mtu);
  k.tcp.least_rtt_ms = Reading<double>::present(1.5);
  k.tcp.path_mtu = Reading<std::uint32_t>::present(1400);
  CHECK(path_summary(c).rtt->by_kernel);
  CHECK(path_summary(c).rtt->least_ms == 1.5);
  CHECK(path_summary(c).mtu == 1400u);
  CHECK_FALSE(path_summary(c).speed.down);
}

}  // namespace rdpdoctor::causes
