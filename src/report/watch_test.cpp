#include <doctest/doctest.h>

#include <functional>

#include "report/layout.h"
#include "report/watch_case.h"
#include "report/watch_log.h"
#include "report/watch_summary.h"
#include "support/probe_evidence.h"

namespace rdpdoctor::report {
namespace {

using namespace causes::test;
using evidence::CaseFile;
using evidence::Stage;

constexpr std::int64_t interval_ms = 10'000;

WatchRound good(std::size_t number) {
  WatchRound r{.number = number,
               .at = {now_ms + static_cast<std::int64_t>(number) * interval_ms},
               .outcome = "healthy",
               .address = "10.0.0.5",
               .ms = 20,
               .rtt_ms = 10,
               .path_mtu = 1500};
  return r;
}
WatchRound bad(std::size_t number) {
  WatchRound r = good(number);
  r.outcome = "x224-reset";
  r.stage = Stage::x224;
  return r;
}

// A watch of `rounds` in which those fail that `fails` names.
WatchTally tally_of(std::size_t rounds, const std::function<bool(std::size_t)>& fails,
                    const std::function<void(WatchRound&)>& more = {}) {
  WatchTally t;
  for (std::size_t i = 1; i <= rounds; ++i) {
    WatchRound r = fails(i) ? bad(i) : good(i);
    if (more) more(r);
    t.add(r);
  }
  return t;
}

CaseFile light(const std::string& address = "10.0.0.5") {
  Evidence e("srv");
  Connection& c = e.add("standard", "handshake");
  c.asked.address = address;
  c.tls = completed();
  c.nla = challenge(0);
  c.ended_ms = 30;
  e.file.run.light = true;
  return e.file;
}

// As scattered as chance would, and always the same.
bool one_in_four(std::size_t i) {
  std::uint64_t x = i * 0x9E3779B97F4A7C15u;  // splitmix64
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
  x = (x ^ x >> 27) * 0x94D049BB133111EBu;
  return (x ^ x >> 31) % 4 == 0;
}

}  // namespace

TEST_CASE("a round is named by the stage where it stopped and how") {
  CaseFile c = light();
  CHECK(watch_round(c, 1).outcome == "healthy");
  CHECK(watch_round(c, 1).computer == "SRV-FIN-02");
  c.connections[0].nla = nla_refused(7);
  CHECK(watch_round(c, 1).outcome == "nla-refused");
  c.connections[0].tls = alert(40);
  CHECK(watch_round(c, 1).outcome == "tls-alert");
  CHECK(watch_round(c, 1).stage == Stage::tls);
  c.connections[0].x224 = refused(5);
  CHECK(watch_round(c, 1).outcome == "x224-negotiation-failure");
  c.connections[0].tcp.outcome = TcpOutcome::timed_out;
  CHECK(watch_round(c, 1).outcome == "tcp-timed-out");
  c.connections.clear();
  CHECK(watch_round(c, 1).outcome == "tcp-not-tried");
  c.name.outcome = evidence::NameOutcome::not_found;
  CHECK(watch_round(c, 1).outcome == "name-not-found");
  CHECK(watch_round(CaseFile{}, 1).outcome == "name-timed-out");
}

TEST_CASE("a round without TLS or NLA can be healthy, and one that was cut off is not") {
  CaseFile c = light();
  c.connections[0].nla = {};
  CHECK(watch_round(c, 1).healthy());
  c.connections[0].tls = {};
  CHECK(watch_round(c, 1).healthy());
  c.connections[0].x224.outcome = X224Outcome::waiting;
  CHECK(watch_round(c, 1).outcome == "x224-waiting");
}

TEST_CASE("a dead address before the one that answers is told, and does not fail the round") {
  CaseFile c = light("fe80::5");
  c.connections[0].tcp.outcome = TcpOutcome::timed_out;
  c.connections.push_back(light().connections[0]);
  WatchRound r = watch_round(c, 1);
  CHECK(r.healthy());
  CHECK(r.address == "10.0.0.5");
  CHECK(r.dead == std::vector<std::string>{"fe80::5"});
  // Where TCP stands a client stays, whatever comes after it.
  c.connections[0].tcp.outcome = TcpOutcome::connected;
  c.connections[0].x224.outcome = X224Outcome::reset;
  CHECK(watch_round(c, 1).outcome == "x224-reset");
}

TEST_CASE("a change is another outcome, or a machine never seen before") {
  WatchTally t;
  CHECK(t.add(good(1)).any);
  CHECK_FALSE(t.add(good(2)).any);
  WatchChange down = t.add(bad(3));
  CHECK(down.any);
  CHECK(down.before == "healthy");
  CHECK(down.before_rounds == 2);
  CHECK_FALSE(t.add(bad(4)).any);
  CHECK(t.add(good(5)).before_rounds == 2);
  WatchRound other = good(6);
  other.computer = "A";
  CHECK_FALSE(t.add(other).any);  // the first name learned is no other machine
  other.computer = "B";
  WatchChange seen = t.add(other);
  CHECK(seen.seen_first == std::vector<std::string>{"computer"});
  other.computer = "A";
  CHECK_FALSE(t.add(other).any);
  CHECK(t.failed() == 2);
  CHECK(t.failed_rows() == 1);
  CHECK(t.longest_row().rounds == 2);
}

TEST_CASE("what a tally keeps is bounded, what it counts is not") {
  WatchTally t = tally_of(
      WatchTally::most_rounds_kept + 500, [](auto i) { return i == 1; },
      [](WatchRound& r) { r.computer = "machine " + std::to_string(r.number); });
  CHECK(t.recent().size() == WatchTally::most_rounds_kept);
  CHECK(t.rounds() == WatchTally::most_rounds_kept + 500);
  CHECK(t.failed() == 1);
}

TEST_CASE("failures in time have the shape that they have") {
  auto shape = [](std::size_t rounds, auto fails) { return time_shape(tally_of(rounds, fails)); };
  CHECK(shape(20, [](auto) { return false; }) == TimeShape::none);
  CHECK(shape(20, [](auto) { return true; }) == TimeShape::always);
  CHECK(shape(20, [](auto i) { return i > 15; }) == TimeShape::since);
  CHECK(shape(20, [](auto i) { return i < 5; }) == TimeShape::until);
  CHECK(shape(20, [](auto i) { return i == 5; }) == TimeShape::once);
  CHECK(shape(20, [](auto i) { return 5 <= i && i < 9; }) == TimeShape::one_row);
  CHECK(shape(100, [](auto i) { return 50 <= i && i < 60 && i % 2 == 0; }) == TimeShape::window);
  CHECK(shape(100, [](auto i) { return i % 50 < 12; }) == TimeShape::rows);
  CHECK(shape(100, [](auto i) { return i % 3 == 0; }) == TimeShape::regular);
  CHECK(shape(100, one_in_four) == TimeShape::scattered);
  CHECK(shape(12, [](auto i) { return i == 3 || i == 5 || i == 7 || i == 12; }) == TimeShape::scattered);
}

TEST_CASE("a pattern is told only where chance would hardly make one") {
  auto with = [](std::size_t rounds, auto fails, auto more) {
    WatchTally t = tally_of(rounds, fails, more);
    auto list = watch_patterns(t);
    return list.empty() ? std::string() : list.front().factor + " " + list.front().value;
  };
  auto third = [](std::size_t i) { return i % 3 == 0; };
  auto addresses = [](WatchRound& r) { r.address = r.number % 3 == 0 ? "10.0.0.6" : "10.0.0.5"; };
  CHECK(with(60, third, addresses) == "address 10.0.0.6");
  CHECK(with(4, third, addresses) == "");  // one failure proves nothing
  CHECK(with(60, one_in_four, addresses) == "");
  auto mtu = [](WatchRound& r) { r.path_mtu = r.number > 30 ? 1300 : 1500; };
  CHECK(with(60, [](auto i) { return i > 30 && i % 2 == 0; }, mtu) == "path_mtu 1300");
  auto slow = [](WatchRound& r) {
    r.rtt_ms = r.number % 3 == 0 ? 300 : 20 + static_cast<double>(r.number % 7);
  };
  CHECK(with(60, third, slow).starts_with("rtt >= "));
  // One outage is one event: a round trip that drifts with time fits it whatever it is.
  auto drift = [](WatchRound& r) { r.rtt_ms = static_cast<double>(r.number); };
  CHECK(with(60, [](auto i) { return i > 40; }, drift) == "");
  // What is known of good rounds only separates nothing.
  auto computer = [](WatchRound& r) { r.computer = r.healthy() ? (r.number % 2 ? "A" : "B") : ""; };
  CHECK(with(60, third, computer) == "");
}

TEST_CASE("the words say when and with what, and that nothing was found when it was not") {
  WatchTally t = tally_of(60, [](auto i) { return i > 50; });
  CHECK(time_words(t).starts_with("from "));
  CHECK(time_words(t).find("on every round failed (10 rounds, 1 minute)") != std::string::npos);
  CHECK(pattern_words(t) == "address, machine, round trip and path MTU did not differ, or were not known");
  WatchTally two = tally_of(60, one_in_four, [](WatchRound& r) { r.address = r.number % 2 ? "a" : "b"; });
  CHECK(pattern_words(two) == "no pattern in address");
  CHECK(pattern_words(tally_of(5, [](auto) { return false; })) == "");
}

TEST_CASE("several machines behind one address are told") {
  auto none = [](auto) { return false; };
  CHECK(machine_words(tally_of(9, none)) == "");
  CHECK(machine_words(tally_of(9, none, [](WatchRound& r) { r.computer = "A"; })) == "");
  CHECK(machine_words(tally_of(9, none, [](WatchRound& r) { r.computer = r.number % 3 ? "A" : "B"; })) ==
        "2 machines answered: A (6 rounds); B (3 rounds)");
}

TEST_CASE("the rounds become one case that the engine judges") {
  auto judged = [](std::size_t rounds, auto fails) {
    WatchTally t;
    WatchCase kept;
    for (std::size_t i = 1; i <= rounds; ++i) {
      CaseFile c = light();
      c.run.started.ms = now_ms + static_cast<std::int64_t>(i) * interval_ms;
      if (fails(i)) c.connections[0].tls = rst();
      t.add(watch_round(c, i));
      kept.add(c);
    }
    return kept.merged(t);
  };
  CaseFile mixed = judged(20, one_in_four);
  REQUIRE(mixed.connections.size() == 20);
  CHECK(mixed.connections[0].asked.what == "standard");
  CHECK(mixed.connections[19].asked.what == "standard again 20");
  CHECK(mixed.connections[19].started_ms == 19 * interval_ms);
  CHECK(causes::diagnose(mixed).causes.at(0).cause->id == "connection-intermittent");
  CHECK(causes::diagnose(judged(20, [](auto) { return false; })).health == causes::Health::healthy);
  // Since then it fails each time: that is no fault that comes and goes.
  CaseFile since = judged(20, [](auto i) { return i > 10; });
  CHECK(since.connections.size() == 10);
  for (const auto& r : causes::diagnose(since).causes) CHECK(r.cause->id != "connection-intermittent");
  CHECK(judged(500, one_in_four).connections.size() == 2 * WatchCase::most_kept);
}

TEST_CASE("the log's lines are one object each, and its first one is known again") {
  WatchTally t;
  WatchChange change = t.add(bad(1));
  std::string start = watch_log_start({.asked = "srv\n", .host = "srv"}, {now_ms}, 10000, 10000);
  for (const std::string& line :
       {start, watch_log_change(bad(1), change), watch_log_heartbeat(t), watch_log_end(t, {now_ms}, true)}) {
    CHECK(line.starts_with("{"));
    CHECK(line.ends_with("}"));
    CHECK(line.find('\n') == std::string::npos);
  }
  CHECK(is_watch_log(start));
  CHECK_FALSE(is_watch_log(watch_log_change(bad(1), change)));
  for (auto other : {"", "{", "[]", "7", R"({"schema":7})", R"({"schema":"rdpdoctor.diagnosis/1"})"})
    CHECK_FALSE(is_watch_log(other));
}

TEST_CASE("the live line fits, whatever it shows, in letters too") {
  WatchTally t = tally_of(100, one_in_four);
  CHECK(watch_line(t, 40, true).find("✗") != std::string::npos);
  CHECK(watch_line(t, 80, false).find("x") != std::string::npos);
  CHECK(columns(watch_line(t, 40, true)) <= 40);
  CHECK(columns(watch_line(t, 200, true)) > 40);
  for (char c : watch_line(t, 200, false)) CHECK(static_cast<unsigned char>(c) < 0x80);
  CHECK(watch_line(t, 200, false).find("100 rounds: ") != std::string::npos);
}

TEST_CASE("a few rounds that passed get no share that could have been missed") {
  WatchSummary s{
      tally_of(2, [](auto) { return false; }), make_report(light()), {now_ms + 20'000}, false, "x.jsonl"};
  std::string out = terminal(s, {});
  CHECK(out.find("in only 2 rounds") != std::string::npos);
  CHECK(out.find("e+") == std::string::npos);
}

TEST_CASE("the summary of rounds that all passed says what could have been missed") {
  WatchSummary s{
      tally_of(30, [](auto) { return false; }), make_report(light()), {now_ms + 300'000}, false, "x.jsonl"};
  std::string text = terminal(s, {});
  CHECK(text.find("none failed") != std::string::npos);
  CHECK(text.find("less often than in 10 %") != std::string::npos);
  CHECK(text.find("x.jsonl") != std::string::npos);
  CHECK(json(s).find(R"("schema":"rdpdoctor.watch-summary/1")") != std::string::npos);
  CHECK(json(s).find(R"("diagnosis":{"schema":"rdpdoctor.diagnosis/1")") != std::string::npos);
}

}  // namespace rdpdoctor::report
