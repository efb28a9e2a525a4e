// Takes a run back.
#include <algorithm>
#include <ranges>

#include "base/text.h"
#include "fixes/engine/steps.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

using State = Journal::State;

// A run's name, or the path of its folder.
std::string run_named(std::string_view text) {
  while (text.ends_with('/') || text.ends_with('\\')) text.remove_suffix(1);
  return std::string(text.substr(text.find_last_of("/\\") + 1));  // npos + 1 is 0
}

Result<std::optional<Run>> find_named(host::Writer& writer, const std::vector<std::string>& runs,
                                      const std::string& text) {
  const std::string name = run_named(text);
  if (std::ranges::find(runs, name) != runs.end()) return Run::open(writer, name);
  std::string known = runs.empty() ? "none was made on this machine" : "one of " + join(runs, ", ");
  return std::unexpected(Error{.doing = "undo the run " + printable(name),
                               .kind = ErrorKind::not_found,
                               .expected = printable(known, 2000)});
}

// The newest of which something may be there to be taken back.
Result<std::optional<Run>> find_newest(host::Writer& writer, const std::vector<std::string>& runs) {
  for (const std::string& name : runs | std::views::reverse) {
    auto run = Run::open(writer, name);
    if (!run) return run;
    if (!*run) continue;
    const State state = (*run)->journal().state;
    if (state != State::preparing && state != State::undone) return run;
  }
  return std::nullopt;
}

// A command whose undo can't be run here.
bool is_out_of_reach(const Run& run, std::size_t entry) {
  const auto* command = std::get_if<RunCommand>(&run.journal().entries[entry].change.what);
  const bool ran = run.journal().done[entry] || run.may_have_run(entry);
  return command && ran && !command->undo.empty() && !run.writer().is_running();
}

std::vector<ChangeStanding> in_the_way(const Run& run) {
  std::vector<ChangeStanding> out;
  for (std::size_t i = 0; i < run.journal().entries.size(); ++i) {
    ChangeStanding is = run.standing(i);
    const bool other = is.standing == Standing::other || is.standing == Standing::unreadable;
    if (is_out_of_reach(run, i)) {
      is.now = "its undo needs the machine to run";
      out.push_back(std::move(is));
    } else if (leaves_state(is.change) && other) {
      out.push_back(std::move(is));
    }
  }
  return out;
}

Outcome with_reason(Outcome out, std::string doing) {
  out.error = Error{.doing = std::move(doing), .kind = ErrorKind::usage};
  return out;
}

Outcome take_back(Run& run, const UndoOptions& options, Instant now) {
  auto others = in_the_way(run);
  const bool refuses = !others.empty() && !options.keep_changed;
  Outcome out = run.outcome(refuses ? Outcome::State::refused : Outcome::State::done);
  out.in_the_way = others;
  if (refuses)
    return with_reason(
        std::move(out),
        fmt::format("undo the run {}: {} changed since, or can't be read; --keep-changed leaves "
                    "these as they are and takes back the rest",
                    printable(run.name()), others.size() == 1 ? "one thing was" : "some things were"));
  if (options.only_show) return out;
  if (auto ready = run.writer().ready(keys_of(run.journal())); !ready)
    return refused(std::move(ready.error()));
  auto done = run.enter(State::undoing, now);
  if (!done) return refused(std::move(done.error()));
  done = take_back(run);
  if (done) done = run.enter(State::undone, now);
  if (!done) return interrupted(run, std::move(done.error()));
  out = run.outcome(Outcome::State::done);
  out.in_the_way = std::move(others);
  return out;
}

}  // namespace

Outcome undo(host::Writer& writer, const UndoOptions& options, Instant now) {
  const auto runs = writer.runs();
  if (!runs) return refused(runs.error());
  auto found = options.run.empty() ? find_newest(writer, *runs) : find_named(writer, *runs, options.run);
  if (!found) return refused(std::move(found.error()));
  if (!*found) return {};
  Run& run = **found;
  if (auto same = same_machine(writer, run.journal()); !same) return refused(std::move(same.error()));
  const bool changed_nothing =
      run.journal().state == State::preparing || run.journal().state == State::undone;
  if (changed_nothing) return run.outcome(Outcome::State::nothing_to_do);
  return take_back(run, options, now);
}

}  // namespace rdpdoctor::fixes
