// Runs that end in the middle: killed, out of space, failed. Whatever follows ends exactly before or after.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "support/engine_case.h"

namespace rdpdoctor::fixes {

using namespace engine_case;
using State = Outcome::State;

namespace {

// What the run came to, by its journal.
std::optional<Journal::State> state_of_run(MemoryWriter& writer) {
  const auto bytes = writer.journal("run-1");
  if (!bytes) return std::nullopt;
  const auto read = read_journal(*bytes, "run-1");
  return read ? std::optional(read->journal.state) : std::nullopt;
}

void kill_and_end(std::size_t n, Killed how, bool goes_on, const std::string& after) {
  Case at;
  at.writer.kill_at(n, how);
  const Outcome killed = at.apply_all();
  CHECK(killed.state != State::done);
  if (killed.state == State::refused) CHECK(at.changed() == "");
  at.writer.revive();
  const Outcome ended = goes_on ? resume(at.writer, now) : at.take_back();
  CHECK_MESSAGE(!ended.error.has_value(), problem_of(ended));
  const bool applied = state_of_run(at.writer) == Journal::State::applied;
  if (goes_on && killed.state == State::interrupted) CHECK(applied);
  CHECK(test::difference(applied ? after : at.before, test::fingerprint(at.writer.machine())) == "");
  // Whatever it came to, it is no obstacle.
  CHECK(resume(at.writer, now).state == State::nothing_to_do);
  CHECK(at.take_back().state != State::refused);
  CHECK(at.changed() == "");
  CHECK(apply(at.writer, plans_of(changes(true)), {"run-2", now, ""}).state == State::done);
}

}  // namespace

TEST_CASE("killed at any operation of apply: resume ends exactly after, undo exactly before") {
  Case whole;
  REQUIRE(whole.apply_all().state == State::done);
  const std::string after = test::fingerprint(whole.writer.machine());
  for (const Killed how : {Killed::before, Killed::within, Killed::after}) {
    for (std::size_t n = 1; n <= whole.writer.operations(); ++n) {
      INFO("operation ", n, ", how ", static_cast<int>(how));
      kill_and_end(n, how, true, after);
      kill_and_end(n, how, false, after);
    }
  }
}

TEST_CASE("killed at any operation of undo: both resume and undo end exactly before") {
  Case whole;
  REQUIRE(whole.apply_all().state == State::done);
  whole.writer.revive();
  REQUIRE(whole.take_back().state == State::done);
  for (const Killed how : {Killed::before, Killed::within, Killed::after}) {
    for (std::size_t n = 1; n <= whole.writer.operations(); ++n) {
      INFO("operation ", n, ", how ", static_cast<int>(how));
      for (const bool by_resume : {true, false}) {
        Case at;
        REQUIRE(at.apply_all().state == State::done);
        at.writer.kill_at(n, how);
        CHECK(at.take_back().state != State::done);
        at.writer.revive();
        if (by_resume) CHECK_FALSE(resume(at.writer, now).error.has_value());
        const Outcome again = at.take_back();
        CHECK_MESSAGE(!again.error.has_value(), problem_of(again));
        CHECK(at.changed() == "");
      }
    }
  }
}

TEST_CASE("a disk that is full, and one error, at any operation: nothing is lost") {
  Case whole;
  REQUIRE(whole.apply_all().state == State::done);
  for (std::size_t n = 1; n <= whole.writer.operations(); ++n) {
    for (const bool full : {true, false}) {
      INFO("operation ", n);
      Case at;
      full ? at.writer.full_from(n) : at.writer.fail_at(n);
      const Outcome out = at.apply_all();
      CHECK((out.state == State::interrupted || out.state == State::refused));
      CHECK(out.error.has_value());
      if (out.state == State::refused) CHECK(at.changed() == "");
      at.writer.revive();
      CHECK_FALSE(at.take_back().error.has_value());
      CHECK(at.changed() == "");
    }
  }
}

TEST_CASE("an interrupted run stands in the way of the next until it is ended") {
  Case whole(false);
  REQUIRE(whole.apply_all().state == State::done);
  Case at(false);
  at.writer.kill_at(whole.writer.operations(), Killed::before);
  CHECK(at.apply_all().state == State::interrupted);
  at.writer.revive();
  const auto other = plans_of({{"", true, SetValue{control, "Other", std::nullopt, dword(1)}}});
  const Outcome refused = apply(at.writer, other, {"run-2", now, ""});
  CHECK(refused.state == State::refused);
  CHECK(problem_of(refused).contains("the run run-1 was interrupted"));
  CHECK(resume(at.writer, now).state == State::done);
  CHECK(apply(at.writer, other, {"run-2", now, ""}).state == State::done);
}

TEST_CASE("what somebody changed in an interrupted run stops resume, which names it") {
  Case whole(false);
  REQUIRE(whole.apply_all().state == State::done);
  Case at(false);
  at.writer.kill_at(whole.writer.operations() - 1, Killed::before);
  CHECK(at.apply_all().state == State::interrupted);
  at.writer.revive();
  set(at.writer.machine(), control, "fDenyTSConnections", dword(9));
  const std::string between = test::fingerprint(at.writer.machine());
  const Outcome stopped = resume(at.writer, now);
  CHECK(stopped.state == State::refused);
  REQUIRE(stopped.in_the_way.size() == 1);
  CHECK(stopped.in_the_way[0].now == "REG_DWORD 9");
  CHECK(test::fingerprint(at.writer.machine()) == between);
  CHECK(at.take_back({.keep_changed = true}).state == State::done);
}

TEST_CASE("a command is never run twice: where it may have run, that is said") {
  const std::vector<Change> command{{"", true, RunCommand{{"netsh", "do"}, {"netsh", "undo"}, ""}}};
  // begin_run, header, entry, applying, begin, the command
  for (const Killed how : {Killed::before, Killed::after}) {
    Case at;
    at.writer.kill_at(6, how);
    CHECK(apply(at.writer, plans_of(command), names).state == State::interrupted);
    at.writer.revive();
    const Outcome ended = resume(at.writer, now);
    CHECK(ended.state == State::done);
    CHECK(ended.changes[0].now == "it may have run: rdpdoctor ended while it did");
    CHECK(at.writer.did().size() == (how == Killed::after ? 1 : 0));
    CHECK(at.take_back().state == State::done);
    CHECK(at.writer.did().back() == "netsh undo");
  }
}

TEST_CASE("a command that was run is not taken back on a disk: that is said before anything is written") {
  Case at;
  REQUIRE(at.apply_all().state == State::done);
  at.writer.set_running(false);
  const Outcome refused = at.take_back();
  CHECK(refused.state == State::refused);
  REQUIRE(refused.in_the_way.size() == 1);
  CHECK(refused.in_the_way[0].now == "its undo needs the machine to run");
  CHECK(at.take_back({.keep_changed = true}).state == State::done);
  CHECK(at.changed() == "");
}

}  // namespace rdpdoctor::fixes
