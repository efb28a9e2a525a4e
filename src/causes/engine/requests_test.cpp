// Which connections asked the same, which ran alone, and which silences count.
#include "causes/engine/requests.h"

#include <doctest/doctest.h>

#include "support/probe_evidence.h"

namespace rdpdoctor::causes {
namespace {

using namespace test;

Connection& timed(Evidence& e, double started, double lasted, X224Outcome how = X224Outcome::confirmed) {
  Connection& c = e.add("standard again " + std::to_string(e.file.connections.size() + 1), "handshake");
  c.started_ms = started;
  c.ended_ms = lasted;
  if (how == X224Outcome::confirmed)
    c.tls = completed();
  else
    c.x224 = x224_ended(how);
  return c;
}

}  // namespace

TEST_CASE("a connection was alone when no other was open at any time while it was") {
  Evidence e;
  timed(e, 0, 50);
  timed(e, 50, 20);
  timed(e, 100, 50);
  timed(e, 149, 10);
  timed(e, 200, 0);
  const auto& list = e.file.connections;
  CHECK(was_alone(e.file, list[0]));
  CHECK(was_alone(e.file, list[1]));
  CHECK_FALSE(was_alone(e.file, list[2]));
  CHECK_FALSE(was_alone(e.file, list[3]));
  CHECK(was_alone(e.file, list[4]));
}

TEST_CASE("a silence counts only when its wait was clearly longer than another answer took") {
  for (auto [answer_ms, wait_ms, counts] :
       {std::tuple(2000.0, 2400.0, false), std::tuple(2000.0, 4500.0, true),
        std::tuple(5000.0, 2400.0, false), std::tuple(5.0, 2400.0, true)}) {
    Evidence e;
    timed(e, 0, 100).x224.ms = answer_ms;
    timed(e, 200, wait_ms, X224Outcome::silent).x224.ms = wait_ms;
    timed(e, 9000, wait_ms, X224Outcome::silent).x224.ms = wait_ms;
    CHECK(split_at_x224(e.file).has_value() == counts);
    CHECK(later_ones_dropped(e.file).has_value() == counts);
  }
}

TEST_CASE("the same holds for the ServerHello") {
  for (double wait_ms : {1200.0, 4500.0}) {
    Evidence e;
    e.handshakes(completed(), 1).hello("modern", answered()).hello("modern", silent());
    e.file.connections[1].tls.ms = 1000;
    e.file.connections[2].tls.ms = wait_ms;
    CHECK(split_at_tls(e.file).has_value() == (wait_ms > 4000));
  }
}

TEST_CASE("few attempts alone do not clear chance, many do when the crowd fails often") {
  Evidence few;
  timed(few, 0, 50);
  timed(few, 10, 5, X224Outcome::reset);
  timed(few, 20, 5);
  timed(few, 25, 5);
  timed(few, 100, 5);
  Split split = split_at_x224(few.file).value();
  CHECK(made_alone(few.file, split).passed.size() == 1);
  CHECK_FALSE(made_alone(few.file, split).clears);
  CHECK(shown(few) == "connection-intermittent possible, connection-limit possible (not)");
  // One machine of four dead: six pass in a row often enough.
  for (int i = 0; i < 5; ++i) timed(few, 200 + 100 * i, 5);
  CHECK_FALSE(made_alone(few.file, split_at_x224(few.file).value()).clears);
  timed(few, 12, 5, X224Outcome::reset);
  timed(few, 14, 5, X224Outcome::reset);
  CHECK_FALSE(made_alone(few.file, split_at_x224(few.file).value()).clears);
  for (int i = 0; i < 6; ++i) timed(few, 1000 + 100 * i, 5);
  CHECK(made_alone(few.file, split_at_x224(few.file).value()).clears);
  CHECK(shown(few) == "connection-limit likely (not)");
  CHECK(ruled_out(few, "connection-intermittent"));
}

TEST_CASE("a failure alone proves chance, also when others failed in the crowd") {
  Evidence e;
  timed(e, 0, 50);
  timed(e, 10, 5, X224Outcome::reset);
  for (int i = 0; i < 5; ++i) timed(e, 200 + 100 * i, 5);
  timed(e, 900, 5, X224Outcome::reset);
  timed(e, 950, 5);
  CHECK(shown(e) == "connection-intermittent proven");
  CHECK(ruled_out(e, "connection-limit"));
  Diagnosis d = diagnose(e.file);
  CHECK(stage_of(d.causes.front()) == Stage::x224);
  CHECK(d.causes.front().found.headline == "The connection fails only sometimes: 2 of 9.");
}

TEST_CASE("equal handshakes of different fate are intermittent, seen at TLS") {
  Evidence e;
  e.handshakes(completed(), 3);
  e.file.connections[1].tls = rst();
  CHECK(shown(e).starts_with("connection-intermittent proven"));
  CHECK(stage_of(diagnose(e.file).causes.front()) == Stage::tls);
  for (Connection& c : e.file.connections)
    c.ended_ms = 50;  // all at once: at TLS still no limit on connections
  CHECK(shown(e).starts_with("connection-intermittent proven"));
}

TEST_CASE("differences at X.224 only seen in a crowd, none made alone, are not proven") {
  Evidence e;
  timed(e, 0, 50);
  timed(e, 10, 5, X224Outcome::reset);
  timed(e, 20, 5);
  CHECK(shown(e) == "connection-intermittent likely");
}

TEST_CASE("drops at the end, but only beside others, are of the crowd and not of the turn") {
  Evidence e;
  for (int i = 0; i < 12; ++i) timed(e, 100 * i, 50);
  timed(e, 1300, 50);
  timed(e, 1310, 5, X224Outcome::reset);
  timed(e, 1312, 5, X224Outcome::reset);
  CHECK(shown(e) == "connection-limit likely (not)");
}

TEST_CASE("a host that drops everything after the first few limits connections") {
  Evidence e;
  timed(e, 0, 50);
  timed(e, 10, 50);
  for (int i = 0; i < 2; ++i) timed(e, 20 + i, 1, X224Outcome::closed);
  CHECK(shown(e) == "connection-intermittent possible, connection-limit possible");  // so few may be chance
  for (int i = 0; i < 3; ++i) timed(e, 200 + 100 * i, 1, X224Outcome::closed);
  CHECK(shown(e) == "connection-limit likely");
  CHECK(ruled_out(e, "connection-intermittent"));
}

}  // namespace rdpdoctor::causes
