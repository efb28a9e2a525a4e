#include "probe/udp_plan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>

namespace rdpdoctor::probe {
namespace {

using namespace evidence;

CaseFile host(double rtt = 10) {
  CaseFile c;
  c.target.addresses = {"10.0.0.5"};
  Connection k;
  k.asked.address = "10.0.0.5";
  k.tcp.outcome = TcpOutcome::connected;
  k.tcp.rtt_ms = Reading<double>::present(rtt);
  k.x224.outcome = X224Outcome::confirmed;
  c.connections.push_back(k);
  return c;
}

using Answer = std::function<UdpOutcome(const UdpExchange&)>;

// Sends `wave` from `now` on; whatever is answered is answered at once.
void play(CaseFile& c, const std::vector<UdpQuestion>& wave, double now, const Answer& answer) {
  for (const UdpQuestion& q : wave) {
    UdpExchange u{.address = "10.0.0.5",
                  .what = q.what,
                  .datagram_bytes = q.datagram_bytes,
                  .version = q.version,
                  .started_ms = now + q.after_ms};
    u.outcome = answer(u);
    c.udp.push_back(u);
  }
}

// The first wave at 100 ms, answered so.
CaseFile after_first(const Answer& answer, double rtt = 10) {
  CaseFile c = host(rtt);
  play(c, next_udp_wave(c, 100), 100, answer);
  return c;
}

std::map<std::string, int> kinds(const std::vector<UdpQuestion>& wave) {
  std::map<std::string, int> out;
  for (const auto& q : wave) ++out[q.what + " " + std::to_string(q.datagram_bytes)];
  return out;
}

UdpOutcome all(const UdpExchange&) {
  return UdpOutcome::answered;
}
UdpOutcome none(const UdpExchange&) {
  return UdpOutcome::waiting;
}
UdpOutcome only_small(const UdpExchange& u) {
  return u.datagram_bytes <= 1000 ? UdpOutcome::answered : UdpOutcome::waiting;
}
UdpOutcome only_version_1(const UdpExchange& u) {
  return u.version == 1 ? UdpOutcome::answered : UdpOutcome::waiting;
}

}  // namespace

TEST_CASE("no UDP before RDP has answered") {
  CaseFile c;
  CHECK(next_udp_wave(c, 0).empty());
  c = host();
  for (auto outcome : {X224Outcome::waiting, X224Outcome::not_rdp, X224Outcome::reset, X224Outcome::silent}) {
    c.connections[0].x224.outcome = outcome;
    CHECK(next_udp_wave(c, 0).empty());
    CHECK_FALSE(udp_address(c));
  }
  c.connections[0].x224.outcome = X224Outcome::negotiation_failure;
  CHECK(udp_address(c) == "10.0.0.5");
  CHECK_FALSE(next_udp_wave(c, 0).empty());
}

TEST_CASE("the first wave has a client's datagrams and small ones, ten milliseconds apart") {
  const auto wave = next_udp_wave(host(), 0);
  CHECK(kinds(wave) ==
        std::map<std::string, int>{{"syn 1232", 3}, {"syn v3 1232", 1}, {"small 600", 1}, {"small 20", 1}});
  for (std::size_t i = 0; i < wave.size(); ++i) {
    CHECK(wave[i].after_ms == doctest::Approx(10.0 * static_cast<double>(i)));
    CHECK_FALSE(wave[i].may_be_fragmented);
    CHECK(wave[i].after_ms + wave[i].wait_ms == doctest::Approx(1000));
  }
}

TEST_CASE("when every SYN of version 1 and 2 is answered, nothing else matters") {
  CaseFile c = after_first(
      [](const UdpExchange& u) { return u.what == "syn" ? UdpOutcome::answered : UdpOutcome::waiting; });
  CHECK_FALSE(udp_matters(c));
  CHECK(next_udp_wave(c, 5000).empty());
}

TEST_CASE("silence is waited for and asked nothing more") {
  CaseFile c = after_first(none);
  CHECK(udp_matters(c));
  CHECK(next_udp_wave(c, 5000).empty());
  for (auto& u : c.udp) u.outcome = UdpOutcome::silent;
  CHECK_FALSE(udp_matters(c));
  CHECK(next_udp_wave(c, 5000).empty());
}

TEST_CASE("a closed port is known at once") {
  CaseFile c = after_first([](auto&) { return UdpOutcome::refused; });
  CHECK(udp_refused(c));
  CHECK_FALSE(udp_refused(after_first(only_small)));
  c.udp.back().outcome = UdpOutcome::waiting;  // its ICMP message fell to a limit
  CHECK_FALSE(udp_matters(c));
  CHECK(next_udp_wave(c, 101).empty());
}

TEST_CASE("some of a client's datagrams answered: eight more, after three round trips or 200 ms") {
  CaseFile c = after_first(only_version_1);
  CHECK(next_udp_wave(c, 290).empty());
  auto wave = next_udp_wave(c, 310);
  CHECK(kinds(wave) == std::map<std::string, int>{{"repeat 1232", 8}});
  CHECK(wave.back().after_ms <= 200);
  CHECK(std::ranges::count(wave, 1U, &UdpQuestion::version) == 4);
  CHECK(next_udp_wave(after_first(only_version_1, 150), 540).empty());
  CHECK_FALSE(next_udp_wave(after_first(only_version_1, 150), 560).empty());
  play(c, wave, 310, only_version_1);
  CHECK(next_udp_wave(c, 5000).empty());
}

TEST_CASE("only small ones answered: the sizes between, and the largest in pieces") {
  CaseFile c = after_first(only_small);
  auto wave = next_udp_wave(c, 310);
  CHECK(kinds(wave) ==
        std::map<std::string, int>{
            {"size 600", 4}, {"size 1000", 2}, {"size 1132", 4}, {"size 1232", 2}, {"in pieces 1232", 4}});
  for (const auto& q : wave) CHECK(q.may_be_fragmented == (q.what == "in pieces"));
  play(c, wave, 310, only_small);
  CHECK(c.udp.size() <= most_datagrams);
  CHECK(next_udp_wave(c, 5000).empty());
  CHECK(udp_matters(c));
}

TEST_CASE("too big by somebody's word is not waited for") {
  CaseFile c = after_first([](const UdpExchange& u) {
    return u.datagram_bytes == 1232 ? UdpOutcome::too_big : UdpOutcome::answered;
  });
  CHECK_FALSE(next_udp_wave(c, 160).empty());
}

TEST_CASE("all waits end a second after the first datagram, on a slow path after three round trips") {
  for (double rtt : {0.1, 50.0, 150.0, 600.0, 5000.0}) {
    CaseFile c = after_first(only_version_1, rtt);
    auto wave = next_udp_wave(c, 100 + std::max(200.0, 3 * rtt));
    REQUIRE_FALSE(wave.empty());
    for (const auto& q : wave) {
      CHECK(300 <= q.wait_ms);
      if (rtt < 2000) CHECK(3 * rtt <= q.wait_ms);
      if (rtt < 100) CHECK(q.after_ms + q.wait_ms + 200 <= 1001);
    }
    for (const auto& q : next_udp_wave(host(rtt), 0)) {
      CHECK(q.wait_ms <= std::max(1000.0, 3 * std::min(rtt, 2000.0)));
    }
  }
}

TEST_CASE("everything answered is six datagrams in all") {
  CaseFile c = after_first(all);
  CHECK(c.udp.size() == 6);
  CHECK(next_udp_wave(c, 400).empty());
}

}  // namespace rdpdoctor::probe
