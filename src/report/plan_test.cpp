#include "report/plan.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace rdpdoctor::report {
namespace {

using fixes::Plan;
using fixes::Standing;

const fixes::Fix turn_on = {.id = "enable-remote-desktop",
                            .title = "Remote Desktop is turned on.",
                            .explanation = "Sets fDenyTSConnections to 0.",
                            .interrupts = "nothing that runs",
                            .takes_effect = "at once",
                            .verified_by = "remote-desktop-disabled is no longer found"};
const fixes::Fix layer = {.id = "rdp-security-layer-for-a-while",
                          .title = "The security layer is off for a while.",
                          .explanation = "Sets SecurityLayer to 0.",
                          .risk = fixes::Risk::high,
                          .takes_effect = "for the next connection",
                          .verified_by = "the client connects",
                          .weakens = true};

constexpr std::string_view server = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)";

fixes::Change value(std::string name, std::uint32_t before, std::uint32_t after) {
  return {"it is on", true,
          fixes::SetValue{std::string(server), std::move(name), fixes::dword(before), fixes::dword(after)}};
}

Plan planned(const fixes::Fix& fix, std::vector<fixes::Change> changes) {
  return {.fix = &fix, .state = Plan::State::planned, .changes = std::move(changes)};
}

Judgement failing(std::vector<Judgement::Finding> causes) {
  return {causes::Health::failing, std::move(causes)};
}

FixReport one_fix() {
  FixReport r;
  r.target = "image /mnt/windows";
  r.machine = "SRV-FIN-02";
  r.guid = "1234";
  r.fixes = {{planned(turn_on, {value("fDenyTSConnections", 1, 0), value("fOther", 2, 3)}),
              {"remote-desktop-disabled"}}};
  r.next = {{"apply", "rdpdoctor fix --image /mnt/windows --apply"},
            {"undo", "rdpdoctor undo --image /mnt/windows"}};
  r.undo_command = "rdpdoctor undo --image /mnt/windows";
  r.resume_command = "rdpdoctor fix --image /mnt/windows --resume";
  r.before = failing({{"remote-desktop-disabled", causes::Certainty::proven, {}}});
  return r;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

FixReport applied(fixes::Outcome::State state) {
  FixReport r = one_fix();
  const fixes::Change change = value("fDenyTSConnections", 1, 0);
  r.outcome =
      fixes::Outcome{.state = state,
                     .run = "20261121-160102-3f2a",
                     .journal = "/mnt/windows/ProgramData/rdpdoctor/runs/20261121-160102-3f2a/journal.jsonl",
                     .changes = {{"enable-remote-desktop", change, Standing::after, ""}}};
  return r;
}

}  // namespace

TEST_CASE("a plan is a diff: the key once, its values below, then what does it and what takes it back") {
  const std::string text = terminal(one_fix(), {});
  INFO(text);
  CHECK(text.starts_with("SRV-FIN-02"));
  CHECK(count(text, server) == 1);
  CHECK(text.contains("fDenyTSConnections        REG_DWORD 1 → 0\n"));
  CHECK(text.contains("fOther                    REG_DWORD 2 → 3\n"));
  CHECK(text.contains("  for     remote-desktop-disabled (proven)\n"));
  CHECK(text.contains("low risk · on the host · nothing that runs · takes effect at once"));
  CHECK(text.contains("  check   remote-desktop-disabled is no longer found\n"));
  CHECK(text.contains("Nothing was written.\n  apply   rdpdoctor fix --image /mnt/windows --apply\n"));
  CHECK(text.ends_with("  undo    rdpdoctor undo --image /mnt/windows\n"));
}

TEST_CASE("values that don't fit on a line stand below one another") {
  FixReport r = one_fix();
  const std::string name(60, 'n');
  r.fixes.front().plan.changes = {
      {"", true,
       fixes::SetValue{std::string(server), name, fixes::text(std::string(50, 'b')), fixes::text("a")}}};
  const std::string text = terminal(r, {.width = 80});
  INFO(text);
  CHECK(text.contains("      - REG_SZ \"bbb"));
  CHECK(text.contains("      + REG_SZ \"a\"\n"));
}

TEST_CASE("hostile names of values and keys don't reach the terminal as they are") {
  FixReport r = one_fix();
  r.fixes.front().plan.changes = {
      {"x\x1b[2J", true, fixes::SetValue{"HKLM\\A\x1b[1m", "v\r\n\x1b]0;t\x07", fixes::dword(1), {}}}};
  for (const bool colour : {false}) {
    const std::string text = terminal(r, {.colour = colour});
    CHECK_FALSE(text.contains('\x1b'));
    CHECK_FALSE(text.contains('\r'));
    CHECK_FALSE(text.contains('\a'));
  }
}

TEST_CASE("what is refused says why, and what is only possible is named and not planned") {
  FixReport r = one_fix();
  Plan no{.fix = &layer, .state = Plan::State::refused, .why = "a policy sets it"};
  r.fixes.push_back({no, {"remote-desktop-disabled"}});
  r.untreated = {{"certificate-expired", causes::Certainty::possible, {"regenerate-certificate"}},
                 {"network-lossy", causes::Certainty::likely, {}}};
  const std::string text = terminal(r, {.width = 140});
  INFO(text);
  CHECK(text.contains("✗ rdp-security-layer-for-a-while  not planned\n"));
  CHECK(text.contains("  why     a policy sets it\n"));
  CHECK(
      text.contains("certificate-expired (possible): not planned, since it is only possible; named, it can "
                    "be: regenerate-certificate"));
  CHECK(text.contains("network-lossy (likely): no fix for it here; rdpdoctor explain network-lossy"));
}

TEST_CASE("a fix that weakens security says so, and one that nothing calls for says that") {
  FixReport r = one_fix();
  r.named = true;
  r.fixes = {{planned(layer, {value("SecurityLayer", 2, 0)}), {}}};
  const std::string text = terminal(r, {});
  INFO(text);
  CHECK(text.contains("it weakens security: for a while only"));
  CHECK(text.contains("nothing that was found calls for it"));
  CHECK(text.contains("high risk"));
}

TEST_CASE("nothing to do, nothing found out and only steps for a person are told apart") {
  FixReport r = one_fix();
  r.fixes.clear();
  r.before = Judgement{causes::Health::healthy, {}};
  CHECK(terminal(r, {}).contains("Nothing to do: nothing was found that a fix is for."));
  r.before = Judgement{causes::Health::unknown, {}};
  CHECK(terminal(r, {}).contains("it could not be found out what is wrong"));
  r.fixes = {{planned(turn_on, {}), {}}};
  r.fixes.front().plan.advice = {"reserve 10.0.0.5 for it"};
  const std::string text = terminal(r, {});
  CHECK(text.contains("  you     reserve 10.0.0.5 for it\n"));
  CHECK(text.contains("the steps are yours"));
}

TEST_CASE("a machine that can't be written to now is told with the plan") {
  FixReport r = one_fix();
  r.not_ready = "/mnt/windows is mounted read-only";
  CHECK(terminal(r, {}).contains("it can't be written to now: /mnt/windows is mounted read-only"));
}

TEST_CASE("what was applied is shown with its journal and what is found before and after") {
  FixReport r = applied(fixes::Outcome::State::done);
  r.after = Judgement{causes::Health::healthy, {}};
  const std::string text = terminal(r, {});
  INFO(text);
  CHECK(text.contains("  ✓ " + std::string(server) + ": fDenyTSConnections   REG_DWORD 0\n"));
  CHECK(text.contains("Applied. Each change was read back.\n  run     20261121-160102-3f2a\n"));
  CHECK(text.contains("journal.jsonl"));
  CHECK(text.contains("  verdict                  failing    healthy\n"));
  CHECK(text.contains("  remote-desktop-disabled  proven     -\n"));
  CHECK(text.ends_with("  undo    rdpdoctor undo --image /mnt/windows\n"));
  CHECK(r.still_found().empty());
}

TEST_CASE("a fix that did not change the verdict says so and offers its undo") {
  FixReport r = applied(fixes::Outcome::State::done);
  r.after = r.before;
  CHECK(r.still_found() == std::vector<std::string>{"remote-desktop-disabled"});
  const std::string text = terminal(r, {});
  INFO(text);
  CHECK(text.contains("This did not change the verdict on remote-desktop-disabled: take it back with\n"));
  // Covered by a more exact cause it is there still.
  r.after = failing({{"more-exact", causes::Certainty::proven, {"remote-desktop-disabled"}}});
  CHECK(r.still_found().size() == 1);
}

TEST_CASE("a refused run says that nothing was written, an interrupted one how to go on") {
  FixReport r = applied(fixes::Outcome::State::refused);
  r.outcome->error = Error{"SYSTEM is dirty", ErrorKind::usage, 0, "a clean shutdown"};
  CHECK(terminal(r, {}).contains("Not applied: nothing was written.\n  why     SYSTEM is dirty\n  needs   "));
  r = applied(fixes::Outcome::State::interrupted);
  r.outcome->changes.push_back({"x", value("fOther", 2, 3), Standing::before, ""});
  const std::string text = terminal(r, {});
  INFO(text);
  CHECK(text.contains("✗ " + std::string(server) + ": fOther   not reached"));
  CHECK(text.contains("  go on   rdpdoctor fix --image /mnt/windows --resume\n"));
  CHECK(text.contains("  undo    rdpdoctor undo --image /mnt/windows\n"));
}

TEST_CASE("undo tells what it put back, and what somebody else changed meanwhile") {
  UndoReport r;
  r.outcome = *applied(fixes::Outcome::State::done).outcome;
  r.outcome.changes.front().standing = Standing::before;
  r.command = "rdpdoctor undo --image /mnt/windows";
  r.keep_command = r.command + " --keep-changed";
  std::string text = terminal(r, {});
  INFO(text);
  CHECK(text.contains("✓ " + std::string(server) + ": fDenyTSConnections   REG_DWORD 1\n"));
  CHECK(text.contains("Taken back: all is as it was before the run."));
  r.outcome.state = fixes::Outcome::State::refused;
  r.outcome.in_the_way = {{"x", value("fDenyTSConnections", 1, 0), Standing::other, "REG_DWORD 7"}};
  text = terminal(r, {});
  CHECK(text.contains("Not taken back: nothing was written."));
  CHECK(text.contains("is now: REG_DWORD 7"));
  CHECK(text.contains("--keep-changed"));
}

TEST_CASE("the JSON of a plan has what programs need, also after it was applied") {
  FixReport r = applied(fixes::Outcome::State::done);
  r.after = Judgement{causes::Health::healthy, {}};
  const auto j = nlohmann::json::parse(json(r));
  CHECK(j["schema"] == "rdpdoctor.plan/1");
  CHECK(j["machine"]["name"] == "SRV-FIN-02");
  CHECK(j["applied"] == true);
  CHECK(j["run"] == "20261121-160102-3f2a");
  const auto& fix = j["fixes"][0];
  CHECK(fix["state"] == "planned");
  CHECK(fix["for_causes"][0] == "remote-desktop-disabled");
  CHECK(fix["changes"][0]["before"] == "REG_DWORD 1");
  CHECK(fix["changes"][0]["type"] == "registry value");
  CHECK(j["outcome"]["state"] == "done");
  CHECK(j["outcome"]["changes"][0]["standing"] == "after");
  CHECK(j["outcome"]["error"].is_null());
  CHECK(j["before"]["causes"][0]["certainty"] == "proven");
  CHECK(j["after"]["verdict"] == "healthy");
  CHECK(nlohmann::json::parse(json(one_fix()))["outcome"].is_null());
}

TEST_CASE("the JSON of an undo has its outcome") {
  UndoReport r;
  r.outcome = *applied(fixes::Outcome::State::done).outcome;
  const auto j = nlohmann::json::parse(json(r));
  CHECK(j["schema"] == "rdpdoctor.undo/1");
  CHECK(j["applied"] == true);
  r.only_shown = true;
  CHECK(nlohmann::json::parse(json(r))["applied"] == false);
}

TEST_CASE("an argument that is printed to be copied is quoted when a shell would take it apart") {
  CHECK(argument("/mnt/windows") == "/mnt/windows");
  CHECK(argument("C:\\case") == "C:\\case");
  CHECK(argument("my disk") == "\"my disk\"");
  CHECK(argument("") == "\"\"");
  CHECK(argument("a`b`") == "'a`b`'");
  CHECK(argument("it's $x") == "'it'\\''s $x'");
}

}  // namespace rdpdoctor::report
