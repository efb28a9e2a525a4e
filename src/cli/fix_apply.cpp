// Plans shown and done.
#include <algorithm>
#include <chrono>
#include <random>

#include "base/text.h"
#include "cli/fix_steps.h"
#include "cli/machine.h"
#include "cli/progress.h"
#include "fmt/core.h"
#include "host/live/interrupt.h"

namespace rdpdoctor::cli {
namespace {

using fixes::Outcome;
using fixes::Plan;

report::FixReport report_of(const FixArguments& a, FixCase& at, FixChoice choice) {
  report::FixReport r;
  const fixes::MachineId id = machine_id(at);
  r.target = at.target;
  r.machine = printable(id.name);
  r.guid = printable(id.guid);
  r.named = !a.fixes.empty();
  r.fixes = std::move(choice.fixes);
  r.untreated = std::move(choice.untreated);
  r.undo_command = undo_command(a, "");
  FixArguments machine;
  machine.image = a.image;
  r.resume_command = fix_command(machine, {}, " --resume");
  if (at.judged) r.before = at.before ? *at.before : report::judgement_of(at.diagnosis);
  return r;
}

void print(const report::FixReport& r, const FixArguments& a, const Context& context) {
  cli::print(a.json ? report::json(r) + "\n" : report::terminal(r, context.style(a.verbose)));
}

// Ids of what is planned for one of the two machines and can't be done from here.
std::vector<std::string> for_script(const report::FixReport& r, fixes::Side side, bool writable) {
  std::vector<std::string> out;
  for (const auto& f : r.fixes) {
    const bool here = writable && can_be_done(f.plan);
    if (f.plan.state == Plan::State::planned && !f.plan.changes.empty() && !here && f.plan.fix->side == side)
      out.emplace_back(f.plan.fix->id);
  }
  return out;
}

// One script for each of the two machines.
void add_script_commands(const FixArguments& a, report::FixReport& r, bool writable) {
  for (const fixes::Side side : {fixes::Side::host, fixes::Side::client}) {
    const auto ids = for_script(r, side, writable);
    if (ids.empty()) continue;
    const std::string file = fmt::format("fix-{}.ps1", report::word(side));
    const std::string run = "powershell -ExecutionPolicy Bypass -File " + file;
    r.next.push_back({"script", fix_command(a, ids, " --emit ps1 -o " + file)});
    r.next.push_back({std::string(report::word(side)), run + " -Apply"});
    r.next.push_back({"undo", run + " -Undo"});
  }
}

std::vector<std::string> keys_of(const std::vector<Plan>& plans) {
  std::vector<std::string> out;
  for (const fixes::Change& change : fixes::all_changes(plans)) {
    if (const auto* value = std::get_if<fixes::SetValue>(&change.what)) out.push_back(value->key);
    if (const auto* key = std::get_if<fixes::SetKey>(&change.what)) out.push_back(key->key);
    if (const auto* access = std::get_if<fixes::SetAccess>(&change.what); access && access->is_key)
      out.push_back(access->path);
  }
  return out;
}

std::vector<Plan> doable(const report::FixReport& r) {
  std::vector<Plan> out;
  for (const auto& f : r.fixes)
    if (can_be_done(f.plan) && !f.plan.changes.empty()) out.push_back(f.plan);
  return out;
}

bool any(const report::FixReport& r, Plan::State state) {
  return std::ranges::any_of(r.fixes, [&](const auto& f) { return f.plan.state == state; });
}

std::vector<std::string> ids_of(const std::vector<Plan>& plans) {
  std::vector<std::string> out;
  for (const Plan& plan : plans) out.emplace_back(plan.fix->id);
  return out;
}

void add_next(const FixArguments& a, FixCase& at, report::FixReport& r) {
  const std::vector<Plan> plans = doable(r);
  if (at.writer && !plans.empty()) {
    if (auto ready = at.writer->ready(keys_of(plans)); !ready) r.not_ready = to_text(ready.error());
    r.next.push_back({"apply", fix_command(a, r.named ? ids_of(plans) : a.fixes, " --apply")});
    r.next.push_back({"undo", r.undo_command});
  }
  add_script_commands(a, r, at.writer != nullptr);
}

// Of a plan, or of one that came to nothing.
int status_of_plan(const report::FixReport& r) {
  if (r.named && any(r, Plan::State::refused)) return exit_unknown;
  if (any(r, Plan::State::planned)) return exit_fault;
  const bool left = std::ranges::any_of(
      r.untreated, [](const auto& u) { return u.certainty != causes::Certainty::possible; });
  const bool not_well =
      !r.named && r.before &&
      (r.before->health == causes::Health::unknown || r.before->health == causes::Health::failing);
  return left || not_well ? exit_unknown : exit_ok;
}

// Fixes that were named are judged by what they are for, a repair of all that was found by the machine after
// it.
bool left_over(const report::FixReport& r) {
  if (r.named) return false;
  const bool failing = r.after && r.after->health == causes::Health::failing;
  return failing || std::ranges::any_of(r.untreated, [](const auto& u) {
           return u.certainty != causes::Certainty::possible;
         });
}

int status_of_outcome(const report::FixReport& r, bool interrupted) {
  switch (r.outcome->state) {
    case Outcome::State::refused:
    case Outcome::State::interrupted: return exit_unknown;
    case Outcome::State::nothing_to_do: return r.has_changes() ? exit_unknown : status_of_plan(r);
    case Outcome::State::done: break;
  }
  if (interrupted) return exit_interrupted;
  return r.still_found().empty() && !left_over(r) ? exit_ok : exit_fault;
}

// What named fixes can't be done here refuses all of them: half of what was asked for is nobody's wish.
std::optional<Error> not_here(const report::FixReport& r) {
  if (!r.named) return std::nullopt;
  for (const auto& f : r.fixes) {
    const std::string id(f.plan.fix->id);
    if (f.plan.state == Plan::State::refused) return Error{id + ": " + f.plan.why, ErrorKind::usage, 0, ""};
    if (f.plan.needs_running)
      return Error{id + " needs the machine to run, and a disk does not", ErrorKind::usage, 0,
                   "--emit ps1, which makes a script for it"};
  }
  return std::nullopt;
}

Outcome applied(FixCase& at, const report::FixReport& r, const Context& context) {
  if (auto error = not_here(r)) return {.state = Outcome::State::refused, .error = std::move(error)};
  ReadProgress progress(context.console.err_is_terminal);
  progress.show(r.target + ", writing", 0, 0, std::chrono::steady_clock::now());
  const Instant now = clock_now();
  Outcome out = fixes::apply(*at.writer, doable(r), {run_name(now), now, RDPDOCTOR_VERSION});
  progress.clear();
  return out;
}

// A run is brought to its end in the direction it had.
bool was_taken_back(const Outcome& o) {
  auto leaves = [](const auto& is) { return fixes::leaves_state(is.change); };
  return o.state == Outcome::State::done && std::ranges::any_of(o.changes, leaves) &&
         std::ranges::all_of(o.changes, [&](const auto& is) {
           return !leaves(is) || is.standing == fixes::Standing::before;
         });
}

void finish(FixCase& at, report::FixReport& r, const FixArguments& a, bool interrupted, Context& context) {
  if (r.outcome->state == Outcome::State::done && !interrupted) {
    r.after = judged_again(at.writer->host(), context);
    interrupted = !r.after;
  }
  if (!r.outcome->run.empty() && r.outcome->state == Outcome::State::done)
    r.undo_command = undo_command(a, r.outcome->run);
  if (r.outcome->state == Outcome::State::nothing_to_do) add_script_commands(a, r, true);
  if (r.after && r.after->health == causes::Health::failing) r.next = {{"more", fix_command(a, {}, "")}};
  print(r, a, context);
  context.status = status_of_outcome(r, interrupted);
}

}  // namespace

std::string run_name(Instant now) {
  const std::string t = to_rfc3339({now.ms / 1000 * 1000});  // 2026-11-21T16:01:02Z
  const auto millisecond = static_cast<std::uint32_t>(now.ms % 1000);
  std::random_device random;
  return fmt::format("{}{}{}-{}{}{}-{:04x}", t.substr(0, 4), t.substr(5, 2), t.substr(8, 2), t.substr(11, 2),
                     t.substr(14, 2), t.substr(17, 2), millisecond * 64 + random() % 64);
}

void show_plan(const FixArguments& a, FixCase& at, FixChoice choice, Context& context) {
  report::FixReport r = report_of(a, at, std::move(choice));
  if (r.has_changes()) add_next(a, at, r);
  print(r, a, context);
  context.status = at.interrupted ? exit_interrupted : status_of_plan(r);
}

void apply_plan(const FixArguments& a, FixCase& at, FixChoice choice, Context& context) {
  report::FixReport r = report_of(a, at, std::move(choice));
  bool interrupted = false;
  {
    const host::Interrupt interrupt;  // a change that was begun is finished
    r.outcome = applied(at, r, context);
    interrupted = interrupt.happened();
  }
  finish(at, r, a, interrupted, context);
}

void resume_run(const FixArguments& a, Context& context) {
  auto at = open_fix_case(a, context);
  if (!at) return;
  report::FixReport r = report_of(a, *at, {});
  bool interrupted = false;
  {
    const host::Interrupt interrupt;
    r.outcome = fixes::resume(*at->writer, clock_now());
    interrupted = interrupt.happened();
  }
  if (r.outcome->state == Outcome::State::nothing_to_do) {
    if (a.json) print(r, a, context);
    if (!a.json) print("Nothing to resume: no run stopped in the middle of its changes.\n");
    context.status = exit_ok;
    return;
  }
  if (was_taken_back(*r.outcome) && !a.json) {
    print(report::terminal(report::UndoReport{.target = r.target, .outcome = *r.outcome}, context.style()));
    context.status = interrupted ? exit_interrupted : exit_ok;
    return;
  }
  finish(*at, r, a, interrupted, context);
}

}  // namespace rdpdoctor::cli
