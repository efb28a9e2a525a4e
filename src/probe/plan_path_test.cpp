// What the plan asks of the path itself.
#include <doctest/doctest.h>

#include <algorithm>

#include "probe/plan.h"

namespace rdpdoctor::probe {
namespace {

using namespace evidence;

bool is_open(const Connection& k) {
  return k.ending == Ending::open;
}

bool wants(const CaseFile& c, std::string_view what) {
  auto list = next_attempts(c);
  return std::any_of(list.begin(), list.end(), [&](auto& a) { return a.what == what; });
}

const Connection* made(const CaseFile& c, std::string_view what) {
  auto at =
      std::find_if(c.connections.begin(), c.connections.end(), [&](auto& k) { return k.asked.what == what; });
  return at == c.connections.end() ? nullptr : &*at;
}

std::size_t count(const CaseFile& c, std::string_view prefix) {
  return static_cast<std::size_t>(std::count_if(c.connections.begin(), c.connections.end(),
                                                [&](auto& k) { return k.asked.what.starts_with(prefix); }));
}

void pass(Connection& k) {
  k.tcp.outcome = TcpOutcome::connected;
  k.tcp.connect_ms = 10;
  k.tcp.mss = Reading<std::uint32_t>::present(k.asked.max_segment ? k.asked.max_segment : 1448);
  k.x224.outcome = X224Outcome::confirmed;
  k.x224.selected = 8;
  k.x224.ms = 10;
  if (k.asked.tls == "handshake")
    k.tls.outcome = TlsOutcome::completed;
  else if (!k.asked.tls.empty())
    k.tls.outcome = TlsOutcome::server_hello;
  if (!k.asked.tls.empty()) k.tls.ms = 10;
  if (k.asked.nla) k.nla.outcome = NlaOutcome::challenged;
  k.ending = Ending::local;
}

void stall(Connection& k) {
  pass(k);
  k.tls.outcome = TlsOutcome::silent;
  k.nla = {};
  k.ending = Ending::timed_out;
}

// Plays the run by a clock: a path on which an attempt's TLS answer stalls or takes `ms`.
struct Answer {
  bool stalls = false;
  double ms = 40;
};
template <class F>
CaseFile play(F answer, std::string host = "10.0.0.5") {
  CaseFile c;
  c.target.host = host;
  c.target.is_address = host == "10.0.0.5";
  c.target.addresses = {"10.0.0.5"};
  constexpr double longest = 4500;
  for (double now = 0; now < 20000; now += 10) {
    c.run.ms = now;
    for (Connection& k : c.connections) {
      if (!is_open(k)) continue;
      Answer a = k.asked.tls.empty() ? Answer{} : answer(k.asked);
      double patience = tls_patience_ms(c, k.asked).value_or(longest);
      if (k.started_ms + 20 <= now && k.tls.outcome == TlsOutcome::not_tried) {
        Connection half = k;
        pass(half);
        k.tcp = half.tcp;
        k.x224 = half.x224;
        if (!k.asked.tls.empty()) k.tls.outcome = TlsOutcome::waiting;
      }
      double waited = now - k.started_ms - 20;
      if (!a.stalls && a.ms <= waited) pass(k), k.tls.ms = a.ms;
      if (a.stalls && std::min(patience, longest) <= waited) stall(k);
      if (!is_open(k)) k.ended_ms = now - k.started_ms;
    }
    while (std::count_if(c.connections.begin(), c.connections.end(), is_open) <
           static_cast<long>(most_at_a_time)) {
      auto list = next_attempts(c);
      if (list.empty()) break;
      Connection k;
      k.number = static_cast<int>(c.connections.size()) + 1;
      k.started_ms = now;
      k.asked = list.front();
      c.connections.push_back(k);
    }
    if (std::none_of(c.connections.begin(), c.connections.end(), is_open)) return c;
  }
  FAIL("the plan never ends");
  return c;
}

// A path that carries segments of `most` bytes.
auto narrow(std::uint32_t most, bool towards_host_only = false) {
  return [=](const Asked& asked) {
    std::uint32_t segment = asked.max_segment ? asked.max_segment : 1448;
    bool large = asked.tls == "padded" || asked.tls == "bulk" ||
                 (!towards_host_only && (asked.tls == "handshake" || asked.tls == "modern"));
    return Answer{.stalls = large && most < segment};
  };
}

}  // namespace

TEST_CASE(
    "a healthy host is asked by address, by a padded ClientHello and by drips, within twelve connections") {
  CaseFile c = play([](const Asked&) { return Answer{}; }, "srv");
  CHECK(c.connections.size() <= most_connections_healthy);
  REQUIRE(made(c, "by address"));
  CHECK_FALSE(made(c, "by address")->asked.server_name);
  CHECK_FALSE(made(c, "by address")->asked.cookie);
  for (auto what : {"hello padded", "hello drip", "hello modern", "set rdsaad"}) CHECK(made(c, what));
  for (auto what : {"hello padded again", "hello drip 2", "segments 536", "flight 1", "standard again 2"})
    CHECK_FALSE(made(c, what));
  CHECK(c.run.ms < 400);
}

TEST_CASE("a handshake that stalls is repeated by small segments, and the size that passes is searched") {
  for (std::uint32_t most : {600U, 900U, 1240U, 1360U, 1440U}) {
    CAPTURE(most);
    CaseFile c = play(narrow(most));
    CHECK(c.connections.size() <= most_connections_failing);
    CHECK(c.run.ms < 9000);
    std::uint32_t passes = 0, stalls = 1448;
    for (const Connection& k : c.connections) {
      if (!k.asked.what.starts_with("segments ")) continue;
      if (k.tls.outcome == TlsOutcome::completed)
        passes = std::max(passes, k.asked.max_segment);
      else
        stalls = std::min(stalls, k.asked.max_segment);
    }
    CHECK(passes <= most);
    CHECK(most < stalls);
    CHECK(stalls - passes <= 32);
    REQUIRE(made(c, "standard again 2"));
    CHECK(made(c, "standard again 2")->tls.outcome == TlsOutcome::silent);
    CHECK_FALSE(made(c, "hello wide"));  // what else it might be need not be asked
  }
}

TEST_CASE("large segments that vanish only towards the host are found by the padded ClientHello") {
  CaseFile c = play(narrow(1240, /* towards_host_only= */ true));
  CHECK(made(c, "standard")->tls.outcome == TlsOutcome::completed);
  CHECK(made(c, "hello padded again"));
  REQUIRE(made(c, "hello padded segments 536"));
  CHECK(made(c, "hello padded segments 536")->tls.outcome == TlsOutcome::server_hello);
  CHECK(count(c, "hello padded segments ") > 3);
  CHECK_FALSE(made(c, "standard again 2"));
  CHECK(c.run.ms < 9000);
}

TEST_CASE("a host that hangs in TLS stalls by small segments as well, and is asked as before") {
  CaseFile c = play([](const Asked&) { return Answer{.stalls = true}; });
  CHECK(made(c, "segments 536"));
  CHECK(count(c, "segments ") == 1);
  for (auto what : {"hello small", "standard again 2", "standard again 3", "hello modern"})
    CHECK(made(c, what));
}

TEST_CASE(
    "a padded ClientHello that is ended by the host is asked once more, and repeats follow if it passes "
    "then") {
  for (auto how : {TlsOutcome::reset, TlsOutcome::closed, TlsOutcome::alert}) {
    CaseFile c = play([](const Asked&) { return Answer{}; });
    Connection cut = *made(c, "hello padded");
    cut.tls.outcome = how;
    cut.ending = Ending::reset;
    for (Connection& k : c.connections) {
      if (k.asked.what == "hello padded") k = cut;
    }
    auto list = next_attempts(c);
    REQUIRE(list.size() == 1);
    CHECK(list[0].what == "hello padded again");
    cut.asked = list[0];
    c.connections.push_back(cut);
    CHECK(next_attempts(c).empty());
    pass(c.connections.back());
    CHECK(wants(c, "standard again 2"));
  }
}

TEST_CASE("what was sent twice is followed by more drips, unless it was needless") {
  CaseFile c = play([](const Asked&) { return Answer{}; });
  CHECK_FALSE(suspects_loss(c));
  c.connections[2].tcp.retransmits = Reading<std::uint32_t>::present(1);
  CHECK(suspects_loss(c));
  CHECK(wants(c, "hello drip 2"));
  CHECK(wants(c, "hello drip 3"));
  c.connections[2].tcp.needless = Reading<std::uint32_t>::present(1);
  CHECK(next_attempts(c).empty());
  c.echoes.push_back({.address = "10.0.0.5",
                      .packet_bytes = 64,
                      .outcome = EchoOutcome::done,
                      .sent = 10,
                      .answers_ms = {1}});
  CHECK(wants(c, "hello drip 2"));
  c.echoes.back().answers_ms.clear();  // a host that answers none loses none
  CHECK(next_attempts(c).empty());
}

TEST_CASE(
    "answers that grow far beyond the quickest of their kind are measured: flights together, then an "
    "upload") {
  CaseFile always = play([](const Asked&) { return Answer{.ms = 400}; });  // a near relay, a far host
  CHECK_FALSE(suspects_bandwidth(always));
  CaseFile c = play([](const Asked& a) { return Answer{.ms = a.what == "standard" ? 20.0 : 400.0}; });
  CHECK(suspects_bandwidth(c));
  REQUIRE(made(c, "upload"));
  CHECK(count(c, "flight ") == 3);
  double quiet = made(c, "flight 1")->started_ms;
  for (const Connection& k : c.connections) {
    bool measures = k.asked.what.starts_with("flight ") || k.asked.what == "upload";
    if (!measures) CHECK(k.started_ms + k.ended_ms <= quiet);
    CHECK(runs_alone(c, k.asked) == (k.asked.what == "flight 1" || k.asked.what == "upload"));
  }
  CHECK(made(c, "upload")->started_ms >= quiet + made(c, "flight 1")->ended_ms);
}

TEST_CASE(
    "addresses that other sources tell are tried whole, three at most, also when the system knows none") {
  CaseFile c;
  c.target.host = "srv";
  c.name.hosts_file = Reading<std::vector<std::string>>::present({"10.0.0.9"});
  c.name.dns.push_back(
      {.server = "10.0.0.1", .addresses = {"10.0.0.9", "10.0.0.10", "10.0.0.11", "10.0.0.12"}});
  c.name.dns.push_back({.server = "10.0.0.1", .type = "PTR", .addresses = {"10.0.0.77"}});
  auto list = next_attempts(c);
  REQUIRE(list.size() == most_told_addresses);
  for (const Asked& asked : list) {
    CHECK(asked.what == "told address");
    CHECK(asked.nla);
  }
  CHECK(list[0].address == "10.0.0.9");
}

TEST_CASE(
    "addresses that other sources tell wait for the system's own, and are left alone where that is right") {
  CaseFile c;
  c.target.host = "srv";
  c.target.addresses = {"10.0.0.9"};
  c.name.dns.push_back({.server = "10.0.0.1", .addresses = {"10.0.0.10"}});
  auto told = [](const CaseFile& of) {
    auto list = next_attempts(of);
    return std::ranges::any_of(list, [](const Asked& asked) { return asked.what == "told address"; });
  };
  c.connections.push_back({.number = 1, .asked = next_attempts(c)[0]});
  CHECK_FALSE(told(c));
  c.run.ms = 600;
  CHECK(told(c));
  c.run.ms = 100;
  CaseFile failed = c;
  failed.connections[0].tcp.outcome = TcpOutcome::refused;
  failed.connections[0].ending = Ending::reset;
  CHECK(told(failed));
  pass(c.connections[0]);
  c.connections[0].ending = Ending::local;
  c.connections[0].nla.netbios_computer_name = "SRV";
  CHECK_FALSE(told(c));
  c.connections[0].nla.netbios_computer_name = "PRINT1";
  CHECK(told(c));
}

TEST_CASE("a light run asks one address after the other, and nothing beside") {
  CaseFile c;
  c.run.light = true;
  c.target.addresses = {"10.0.0.5", "10.0.0.6"};
  auto list = next_attempts(c);
  REQUIRE(list.size() == 1);
  c.connections.push_back({.number = 1, .asked = list[0]});
  CHECK(next_attempts(c).empty());
  CaseFile failing = c;
  failing.connections[0].tcp.outcome = TcpOutcome::timed_out;
  failing.connections[0].ending = Ending::timed_out;
  REQUIRE(next_attempts(failing).size() == 1);
  CHECK(next_attempts(failing)[0].address == "10.0.0.6");
  pass(c.connections[0]);
  CHECK(next_attempts(c).empty());
}

}  // namespace rdpdoctor::probe
