// The engine over a machine in memory: what is applied, what is refused, what is taken back.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "support/engine_case.h"

namespace rdpdoctor::fixes {

using namespace engine_case;
using State = Outcome::State;

TEST_CASE("every type of change is applied, read back and taken back") {
  Case at;
  const Outcome applied = at.apply_all();
  REQUIRE_MESSAGE(applied.state == State::done, problem_of(applied));
  CHECK(applied.run == "run-1");
  CHECK(applied.changes.size() == 8);
  for (const auto& is : applied.changes) CHECK(is.standing == Standing::after);
  CHECK(applied.changes[0].fix == "a-fix");
  CHECK(target_of(applied.changes[0].change) == real_control + ": fDenyTSConnections");
  MemoryHost& host = at.writer.machine();
  CHECK(host::as_dword(host.value(control, "fDenyTSConnections")).value == 0);
  CHECK(host.values(software + R"(\Old)").state == Presence::absent);
  CHECK(host::as_text(host.value(software + R"(\Made\X\Y)", "Z")).value == "z");
  CHECK(formats::to_sddl(host.file_security(key_file).value) == "O:SYG:SYD:(A;;FA;;;SY)(A;;FR;;;NS)");
  CHECK(host.file(library).state == Presence::absent);
  CHECK(at.writer.has_aside("run-1", "6-termsrv.dll"));
  CHECK(at.writer.did() == std::vector<std::string>{"restart TermService", "netsh do"});

  const Outcome undone = at.take_back();
  REQUIRE_MESSAGE(undone.state == State::done, problem_of(undone));
  CHECK(at.changed() == "");
  CHECK(at.writer.did().back() == "netsh undo");
  CHECK(at.take_back().state == State::nothing_to_do);
  CHECK(at.take_back({.run = "run-1"}).state == State::nothing_to_do);
  CHECK(at.writer.did().size() == 3);
}

TEST_CASE("the journal is whole before the first change is made") {
  Case at;
  for (std::size_t n = 1;; ++n) {
    Case killed;
    killed.writer.kill_at(n, Killed::before);
    const Outcome out = killed.apply_all();
    if (out.state == State::refused) {
      CHECK(killed.changed() == "");
      continue;
    }
    const auto read = read_journal(killed.writer.journal("run-1").value(), "run-1");
    REQUIRE(read.has_value());
    CHECK(read->journal.entries.size() == 8);
    CHECK(read->journal.state == Journal::State::applying);
    CHECK(out.state == State::interrupted);
    CHECK(problem_of(out).contains("`rdpdoctor fix --resume`"));
    break;
  }
}

TEST_CASE("what is applied twice is applied once") {
  Case at(false);
  REQUIRE(at.apply_all().state == State::done);
  const std::string after = test::fingerprint(at.writer.machine());
  CHECK(apply(at.writer, plans_of(changes(false)), {"run-2", now, ""}).state == State::nothing_to_do);
  CHECK(apply(at.writer, plans_of({}), {"run-2", now, ""}).state == State::nothing_to_do);
  CHECK(test::fingerprint(at.writer.machine()) == after);
  CHECK(at.writer.runs().value() == std::vector<std::string>{"run-1"});
}

TEST_CASE("a plan that no longer fits, that is refused or that the machine can't have is not applied") {
  Case at(false);
  const auto refused = [&](const std::vector<Plan>& plans, std::string_view why) {
    const Outcome out = apply(at.writer, plans, names);
    CHECK(out.state == State::refused);
    CHECK_MESSAGE(problem_of(out).contains(why), problem_of(out));
    CHECK(at.changed() == "");
    CHECK(at.writer.runs().value().empty());
    return out;
  };
  refused(plans_of(changes(true)), "service TermService needs a machine that runs");
  auto plans = plans_of(changes(false));
  plans[0].state = Plan::State::refused;
  plans[0].why = "a policy";
  refused(plans, "apply a-fix: a policy");
  plans = plans_of(changes(false));
  plans[0].changes[0].before_known = false;
  refused(plans, "planned without the machine");
  plans = plans_of(changes(false));
  std::get<SetValue>(plans[0].changes[0].what).before = dword(5);
  const Outcome stale = refused(plans, "no longer as it was planned on");
  REQUIRE(stale.in_the_way.size() == 1);
  CHECK(stale.in_the_way[0].now == "REG_DWORD 1");
  plans = plans_of(changes(false));
  plans[0].changes.push_back({"", true, SetValue{software + R"(\Old\Below)", "", text("default"), dword(1)}});
  refused(plans, "apply them one by one");
  plans = plans_of({{"", true, SetValue{control, "\xff", std::nullopt, dword(1)}}});
  refused(plans, "can't hold");
  at.writer.not_ready("write it: Windows hibernated on it");
  refused(plans_of(changes(false)), "hibernated");
  at.writer.not_ready("");
  at.writer.machine().set_unreadable(control, "fDenyTSConnections", "damaged");
  at.before = test::fingerprint(at.writer.machine());
  CHECK(refused(plans_of(changes(false)), "no longer").in_the_way[0].standing == Standing::unreadable);
}

TEST_CASE("undo refuses what somebody else changed, says what, and takes the rest back when told") {
  Case at(false);
  REQUIRE(at.apply_all().state == State::done);
  set(at.writer.machine(), control, "fDenyTSConnections", text("mine"));
  const std::string between = test::fingerprint(at.writer.machine());
  const Outcome refused = at.take_back();
  CHECK(refused.state == State::refused);
  REQUIRE(refused.in_the_way.size() == 1);
  CHECK(target_of(refused.in_the_way[0].change) == real_control + ": fDenyTSConnections");
  CHECK(refused.in_the_way[0].now == "REG_SZ \"mine\"");
  CHECK(problem_of(refused).contains("--keep-changed"));
  CHECK(test::fingerprint(at.writer.machine()) == between);
  const Outcome undone = at.take_back({.keep_changed = true});
  CHECK(undone.state == State::done);
  CHECK(undone.in_the_way.size() == 1);
  set(at.writer.machine(), control, "fDenyTSConnections", dword(1));
  CHECK(at.changed() == "");
}

TEST_CASE("a file that came in the place of one set aside is not written over") {
  Case at(false);
  REQUIRE(at.apply_all().state == State::done);
  host::MemoryFile mine;
  mine.content = {9};
  at.writer.machine().add_file(library, mine);
  const Outcome refused = at.take_back();
  REQUIRE(refused.in_the_way.size() == 1);
  CHECK(refused.in_the_way[0].now == "a new file is there");
  CHECK(at.take_back({.keep_changed = true}).state == State::done);
  CHECK(at.writer.machine().all_files().at(R"(c:\windows\system32\termsrv.dll)").content == Bytes{9});
  CHECK(at.writer.has_aside("run-1", "6-termsrv.dll"));
}

TEST_CASE("a key that the run made stays when somebody else uses it") {
  Case at(false);
  REQUIRE(at.apply_all().state == State::done);
  set(at.writer.machine(), R"(HKLM\SOFTWARE\Policies\New)", "Mine", dword(1));
  CHECK(at.take_back().state == State::done);
  CHECK(at.writer.machine().values(R"(HKLM\SOFTWARE\Policies\New\Deep)").state == Presence::absent);
  CHECK(host::as_dword(at.writer.machine().value(R"(HKLM\SOFTWARE\Policies\New)", "Mine")).value == 1);
}

TEST_CASE("undo only shows what it would take back") {
  Case at(false);
  REQUIRE(at.apply_all().state == State::done);
  const std::string after = test::fingerprint(at.writer.machine());
  const Outcome shown = at.take_back({.only_show = true});
  CHECK(shown.changes.size() == 6);
  CHECK(shown.changes[0].standing == Standing::after);
  CHECK(test::fingerprint(at.writer.machine()) == after);
  CHECK(at.take_back({.run = "C:\\ProgramData\\rdpdoctor\\runs\\run-1\\"}).state == State::done);
}

TEST_CASE("journals of other machines, edited by hand or not there are refused with the reason") {
  Case at(false);
  REQUIRE(at.apply_all().state == State::done);
  CHECK(problem_of(at.take_back({.run = "run-9"})) == "undo the run run-9: not found; expected one of run-1");
  const Bytes journal = at.writer.journal("run-1").value();
  const std::string after = test::fingerprint(at.writer.machine());
  Bytes edited = journal;
  *std::ranges::find(edited, std::uint8_t{'7'}) = '8';
  at.writer.set_journal("run-1", edited);
  CHECK(at.take_back().state == State::refused);
  CHECK(problem_of(at.take_back()).contains("line "));
  CHECK(problem_of(resume(at.writer, now)).contains("line "));
  CHECK(
      apply(at.writer, plans_of({{"", true, SetValue{control, "N", std::nullopt, dword(1)}}}), names).state ==
      State::refused);
  CHECK(test::fingerprint(at.writer.machine()) == after);
  at.writer.set_journal("run-1", journal);
  set(at.writer.machine(), R"(HKLM\SOFTWARE\Microsoft\Cryptography)", "MachineGuid", text("other"));
  CHECK(problem_of(at.take_back()) == "the journal of the run run-1 is that of another machine: RDS01");
}

TEST_CASE("several runs are taken back from the newest on") {
  Case at(false);
  REQUIRE(at.apply_all().state == State::done);
  const auto next = [&](std::uint32_t from, std::uint32_t to, const char* run) {
    return apply(at.writer,
                 plans_of({{"", true, SetValue{control, "fDenyTSConnections", dword(from), dword(to)}}}),
                 {run, now, ""});
  };
  REQUIRE(next(0, 2, "run-2").state == State::done);
  CHECK(at.take_back({.run = "run-1"}).in_the_way.size() == 1);
  CHECK(at.take_back().run == "run-2");
  CHECK(at.take_back().run == "run-1");
  CHECK(at.changed() == "");
}

}  // namespace rdpdoctor::fixes
