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
    "a host that fails at any stage sees at most 24 connections, and its failure is repeated three times") {
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
    CHECK(standard == 3);
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

}  // namespace rdpdoctor::probe
