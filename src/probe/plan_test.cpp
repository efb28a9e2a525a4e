#include "probe/plan.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace rdpdoctor::probe {
namespace {

using namespace evidence;

CaseFile host(std::vector<std::string> addresses = {"10.0.0.5"}) {
  CaseFile c;
  c.target.addresses = std::move(addresses);
  return c;
}

Connection& add(CaseFile& c, Asked asked) {
  Connection k;
  k.number = static_cast<int>(c.connections.size()) + 1;
  k.asked = std::move(asked);
  c.connections.push_back(k);
  return c.connections.back();
}

bool is_open(const Connection& k) {
  return k.ending == Ending::open;
}

bool wants(const CaseFile& c, std::string_view what) {
  auto list = next_attempts(c);
  return std::any_of(list.begin(), list.end(), [&](auto& a) { return a.what == what; });
}

void pass(Connection& k) {
  k.tcp.outcome = TcpOutcome::connected;
  k.x224.outcome = X224Outcome::confirmed;
  k.x224.selected = 8;
  if (k.asked.tls == "handshake")
    k.tls.outcome = TlsOutcome::completed;
  else if (!k.asked.tls.empty())
    k.tls.outcome = TlsOutcome::server_hello;
  if (k.asked.nla) k.nla.outcome = NlaOutcome::challenged;
  k.ending = Ending::local;
}

// Plays the run: whatever is asked for is answered by `answer`, until nothing more is wanted.
template <class F>
CaseFile play(CaseFile c, F answer) {
  for (int guard = 0; guard < 100; ++guard) {
    auto list = next_attempts(c);
    if (list.empty()) return c;
    answer(add(c, list.front()));
  }
  FAIL("the plan never ends");
  return c;
}

// Plays the run as it is: four at a time, the oldest ends first. `answer` is given each connection at its
// end.
template <class F>
CaseFile play_beside(F answer) {
  CaseFile c = host();
  double now = 0;
  for (int guard = 0; guard < 200; ++guard) {
    auto open = [&] { return std::count_if(c.connections.begin(), c.connections.end(), is_open); };
    while (open() < static_cast<long>(most_at_a_time)) {
      auto list = next_attempts(c);
      if (list.empty()) break;
      add(c, list.front()).started_ms = now;
    }
    auto oldest = std::find_if(c.connections.begin(), c.connections.end(), is_open);
    if (oldest == c.connections.end()) return c;
    now += 1;
    answer(*oldest);
    oldest->ended_ms = now - oldest->started_ms;
    now += 1;
  }
  FAIL("the plan never ends");
  return c;
}

bool overlapped(const CaseFile& c, const Connection& k) {
  return std::any_of(c.connections.begin(), c.connections.end(), [&](const Connection& o) {
    return o.number != k.number && o.started_ms <= k.started_ms + k.ended_ms &&
           k.started_ms <= o.started_ms + o.ended_ms;
  });
}

std::size_t standards_alone(const CaseFile& c) {
  return static_cast<std::size_t>(std::count_if(c.connections.begin(), c.connections.end(), [&](auto& k) {
    return k.asked.what.starts_with("standard again") && !overlapped(c, k);
  }));
}

void cut_tls(Connection& k, TlsOutcome how = TlsOutcome::reset) {
  pass(k);
  if (k.asked.tls.empty()) return;
  k.tls.outcome = how;
  k.nla = {};
  k.ending = how == TlsOutcome::silent ? Ending::timed_out : Ending::reset;
}
void drop_x224(Connection& k, X224Outcome how = X224Outcome::reset) {
  k.tcp.outcome = TcpOutcome::connected;
  k.x224.outcome = how;
  k.ending = how == X224Outcome::silent ? Ending::timed_out : Ending::reset;
}

std::vector<std::string> names(const std::vector<Asked>& list) {
  std::vector<std::string> out;
  for (const Asked& a : list) out.push_back(a.what);
  return out;
}

}  // namespace

TEST_CASE("the first thing asked is what a client would ask, and nothing else until it is known") {
  auto list = next_attempts(host());
  REQUIRE(list.size() == 1);
  CHECK(list[0].what == "standard");
  CHECK(list[0].protocols == 0xBu);
  CHECK(next_attempts(host({})).empty());
}

TEST_CASE("a healthy host sees at most 12 connections") {
  CaseFile c = play(host(), pass);
  CHECK(c.connections.size() <= most_connections_healthy);
  CHECK(c.connections.size() >= 8);
}

TEST_CASE(
    "a host that fails at any stage sees at most 24 connections, and its failure is repeated, unconnected "
    "ones more") {
  auto cut_at = [](Stage stage) {
    return [stage](Connection& k) {
      pass(k);
      if (stage == Stage::tcp) {
        k.tcp.outcome = TcpOutcome::refused;
        k.x224 = {};
      }
      if (stage == Stage::x224) k.x224.outcome = X224Outcome::reset;
      if (stage <= Stage::x224) k.tls = {};
      if (stage == Stage::tls && !k.asked.tls.empty()) k.tls.outcome = TlsOutcome::reset;
      if (stage <= Stage::tls) k.nla = {};
      if (stage == Stage::nla && k.asked.nla) k.nla.outcome = NlaOutcome::reset;
      k.ending = Ending::reset;
    };
  };
  for (Stage stage : {Stage::tcp, Stage::x224, Stage::tls, Stage::nla}) {
    CaseFile c = play(host(), cut_at(stage));
    CHECK(c.connections.size() <= most_connections_failing);
    auto standard = std::count_if(c.connections.begin(), c.connections.end(),
                                  [](auto& k) { return k.asked.what.starts_with("standard"); });
    CHECK(standard == (stage == Stage::tcp ? 5 : 3));
  }
}

TEST_CASE("no attempt is ever made twice") {
  CaseFile c = play(host({"10.0.0.5", "10.0.0.6", "fe80::1"}), pass);
  for (const auto& a : c.connections) {
    auto same = std::count_if(c.connections.begin(), c.connections.end(), [&](auto& b) {
      return a.asked.what == b.asked.what && a.asked.address == b.asked.address;
    });
    CHECK(same == 1);
  }
}

TEST_CASE("a dead first address hands the diagnosis to one that answers") {
  CaseFile c = host({"10.0.0.5", "10.0.0.6"});
  auto& dead = add(c, next_attempts(c).front());
  dead.tcp.outcome = TcpOutcome::timed_out;
  dead.ending = Ending::timed_out;
  CHECK(wants(c, "other address"));
  Asked other{.address = "10.0.0.6", .what = "other address", .protocols = 0xB, .tls = "", .nla = false};
  pass(add(c, other));
  auto list = next_attempts(c);
  REQUIRE(!list.empty());
  CHECK(list[0].what == "standard elsewhere");
  CHECK(list[0].address == "10.0.0.6");
}

TEST_CASE(
    "a ClientHello that is cut is tried whole, split, by version, and beside something that is not a "
    "ClientHello") {
  CaseFile c = host();
  auto& k = add(c, next_attempts(c).front());
  pass(k);
  k.tls.outcome = TlsOutcome::reset;
  k.nla = {};
  for (auto what : {"standard again 2", "standard again 3", "hello modern", "hello wide", "hello tls1.2",
                    "hello tls1.3", "hello split", "hello control", "hello small"}) {
    CHECK_MESSAGE(wants(c, what), what);
  }
}

TEST_CASE("for a cut ClientHello the most telling comes first, the sets last") {
  CaseFile c = host();
  cut_tls(add(c, next_attempts(c).front()));
  CHECK(names(next_attempts(c)) ==
        std::vector<std::string>{"standard again 2", "standard again 3", "hello modern", "hello wide",
                                 "hello tls1.2", "hello split", "hello control", "hello plain",
                                 "hello tls1.3", "hello small", "hello tls1.0", "hello tls1.1",
                                 "hello no-sha1", "hello legacy-ciphers", "set ssl", "set rdp", "set hybrid",
                                 "set rdstls", "set rdsaad"});
}

TEST_CASE("after silence the two repeats come first, for there is time for one more wait only") {
  CaseFile tls = host();
  cut_tls(add(tls, next_attempts(tls).front()), TlsOutcome::silent);
  CaseFile x224 = host();
  drop_x224(add(x224, next_attempts(x224).front()), X224Outcome::silent);
  for (const CaseFile* c : {&tls, &x224}) {
    auto list = names(next_attempts(*c));
    REQUIRE(list.size() > 3);
    CHECK(list[0] == "standard again 2");
    CHECK(list[1] == "standard again 3");
  }
  CHECK(names(next_attempts(x224))[2] == "proxy header");
  CHECK_FALSE(wants(tls, "hello plain"));
}

TEST_CASE("a ClientHello as the very first bytes is tried when no request gets one byte, and only then") {
  auto after_three = [](std::uint64_t bytes, bool one_passes, X224Outcome how) {
    CaseFile c = host();
    drop_x224(add(c, next_attempts(c).front()), how);
    c.connections.back().x224.bytes = bytes;
    CHECK_FALSE(wants(c, "hello first"));
    for (int i = 0; i < 2; ++i) {
      auto& k = add(c, next_attempts(c).front());
      if (one_passes && i == 1)
        pass(k);
      else
        drop_x224(k, how);
    }
    return c;
  };
  CaseFile shut = after_three(0, false, X224Outcome::closed);
  auto list = next_attempts(shut);
  auto first = std::find_if(list.begin(), list.end(), [](auto& a) { return a.what == "hello first"; });
  REQUIRE(first != list.end());
  CHECK(first->tls == "first");
  CHECK_FALSE(first->cookie);
  CHECK_FALSE(first->protocols);
  CHECK(wants(after_three(0, false, X224Outcome::reset), "hello first"));
  CHECK_FALSE(wants(after_three(3, false, X224Outcome::reset), "hello first"));
  CHECK_FALSE(wants(after_three(0, true, X224Outcome::reset), "hello first"));
  CHECK_FALSE(wants(after_three(0, false, X224Outcome::silent), "hello first"));
}

TEST_CASE(
    "when some connections are dropped and others pass, the standard attempt is repeated six times alone") {
  for (auto how : {X224Outcome::closed, X224Outcome::reset, X224Outcome::silent}) {
    for (int k = 2; k <= 5; ++k) {
      CaseFile c = play_beside([&](Connection& conn) {
        if (conn.number % k == 0)
          drop_x224(conn, how);
        else
          pass(conn);
      });
      CAPTURE(k);
      CHECK(standards_alone(c) == 6);
      CHECK(c.connections.size() <= most_connections_failing);
    }
  }
}

TEST_CASE("a first attempt that fails while others pass is a drop too, at each stage") {
  for (Stage stage : {Stage::tcp, Stage::x224, Stage::tls}) {
    CaseFile c = play_beside([&](Connection& k) {
      pass(k);
      if (k.number % 3 != 1) return;
      if (stage == Stage::tls) return cut_tls(k);
      k.tls = {};
      k.nla = {};
      k.x224 = {};
      if (stage == Stage::x224) return drop_x224(k);
      k.tcp.outcome = TcpOutcome::timed_out;
      k.ending = Ending::timed_out;
    });
    CAPTURE(static_cast<int>(stage));
    CHECK(standards_alone(c) >= 4);  // two went beside others before it was known
    CHECK(wants(c, "standard again 7") == false);
    CHECK(std::count_if(c.connections.begin(), c.connections.end(), [](auto& k) {
            return k.asked.what.starts_with("standard");
          }) == (stage == Stage::tcp ? 9 : 7));
    CHECK(c.connections.size() <= most_connections_failing);
  }
}

TEST_CASE("one ClientHello that now passes and now does not is a drop: the repeats run alone") {
  int hellos = 0;
  CaseFile c = play_beside([&](Connection& k) {
    pass(k);
    if (!k.asked.tls.empty() && ++hellos % 5 == 0) cut_tls(k);
  });
  CHECK(standards_alone(c) >= 4);
  CHECK(c.connections.size() <= most_connections_failing);
}

TEST_CASE("nothing begins beside a repeat that runs alone, nor it beside another") {
  CaseFile c = host();
  pass(add(c, next_attempts(c).front()));
  auto list = next_attempts(c);
  drop_x224(add(c, list[0]));
  add(c, list[1]);
  CHECK(next_attempts(c).empty());  // one is still open
  pass(c.connections.back());
  for (int i = 2; i <= last_repeat_in_doubt; ++i) {
    auto next = next_attempts(c);
    REQUIRE(next.size() == 1);
    CHECK(next[0].what == "standard again " + std::to_string(i));
    CHECK(runs_alone(c, next[0]));
    add(c, next[0]);
    CHECK(next_attempts(c).empty());
    pass(c.connections.back());
  }
  CHECK(next_attempts(c).size() > 1);
  CHECK_FALSE(runs_alone(c, next_attempts(c).front()));
  CaseFile failing = host();
  cut_tls(add(failing, next_attempts(failing).front()));
  CHECK_FALSE(runs_alone(failing, next_attempts(failing).front()));
}

TEST_CASE("an offer that fails beside a handshake that passes is asked again, with the standard repeats") {
  CaseFile c = host();
  pass(add(c, next_attempts(c).front()));
  Asked modern{
      .address = "10.0.0.5", .what = "hello modern", .protocols = 0xB, .tls = "modern", .nla = false};
  for (auto how : {TlsOutcome::reset, TlsOutcome::closed, TlsOutcome::silent, TlsOutcome::alert}) {
    CaseFile failing = c;
    cut_tls(add(failing, modern), how);
    auto list = next_attempts(failing);
    auto again =
        std::find_if(list.begin(), list.end(), [](auto& a) { return a.what == "hello modern again"; });
    REQUIRE(again != list.end());
    CHECK(again->tls == "modern");
    CHECK(wants(failing, "standard again 2"));
    CHECK(wants(failing, "standard again 3"));
    CHECK_FALSE(wants(failing, "hello tls1.2 again"));
  }
}

TEST_CASE("what no client asks may be dropped without a repeat") {
  CaseFile c = host();
  pass(add(c, next_attempts(c).front()));
  drop_x224(add(
      c,
      {.address = "10.0.0.5", .what = "no negotiation", .protocols = std::nullopt, .tls = "", .nla = false}));
  CHECK_FALSE(wants(c, "standard again 2"));
}

TEST_CASE(
    "an answer to a plainer request alone is checked by four more repeats, one after a PROXY line is not") {
  auto only = [](std::string_view answered) {
    CaseFile c = play_beside([&](Connection& k) {
      if (k.asked.what == answered)
        pass(k);
      else
        drop_x224(k);
    });
    return std::count_if(c.connections.begin(), c.connections.end(),
                         [](auto& k) { return k.asked.what.starts_with("standard"); });
  };
  CHECK(only("no cookie") == 7);
  CHECK(only("no negotiation") == 7);
  CHECK(only("proxy header") == 3);
  CHECK(only("nothing") == 3);
}

}  // namespace rdpdoctor::probe
