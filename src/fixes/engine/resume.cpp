// Brings a run that was interrupted to its end, in the direction it had.
#include <ranges>

#include "base/text.h"
#include "fixes/engine/steps.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

using State = Journal::State;

Result<std::optional<Run>> find_unfinished(host::Writer& writer) {
  const auto runs = writer.runs();
  if (!runs) return std::unexpected(runs.error());
  for (const std::string& name : *runs | std::views::reverse) {
    auto run = Run::open(writer, name);
    if (!run) return run;
    if (!*run) continue;
    const State state = (*run)->journal().state;
    if (state != State::applied && state != State::undone) return run;
  }
  return std::nullopt;
}

Outcome go_on(Run& run, Instant now) {
  const bool back = run.journal().state == State::undoing;
  Outcome out = run.outcome(Outcome::State::refused);
  for (const auto& is : out.changes) {
    const bool other = is.standing == Standing::other || is.standing == Standing::unreadable;
    if (leaves_state(is.change) && other) out.in_the_way.push_back(is);
  }
  if (!out.in_the_way.empty()) {
    out.error =
        Error{.doing = fmt::format("resume the run {}: what it changes was changed since, or can't be "
                                   "read; `rdpdoctor undo --keep-changed` takes back the rest",
                                   printable(run.name())),
              .kind = ErrorKind::usage};
    return out;
  }
  if (auto ready = run.writer().ready(keys_of(run.journal())); !ready)
    return refused(std::move(ready.error()));
  auto done = back ? take_back(run) : carry_out(run);
  if (done) done = run.enter(back ? State::undone : State::applied, now);
  return done ? run.outcome(Outcome::State::done) : interrupted(run, std::move(done.error()));
}

}  // namespace

Outcome resume(host::Writer& writer, Instant now) {
  auto found = find_unfinished(writer);
  if (!found) return refused(std::move(found.error()));
  if (!*found) return {};
  Run& run = **found;
  if (auto same = same_machine(writer, run.journal()); !same) return refused(std::move(same.error()));
  if (run.journal().state != State::preparing) return go_on(run, now);
  // It changed nothing, and can't be known to have noted all that it was to change.
  auto closed = run.enter(State::undone, now);
  return closed ? run.outcome(Outcome::State::nothing_to_do) : refused(std::move(closed.error()));
}

}  // namespace rdpdoctor::fixes
