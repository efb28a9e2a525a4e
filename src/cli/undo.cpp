// rdpdoctor undo [RUN | JOURNAL] [--image DIR]
#include <algorithm>

#include "base/text.h"
#include "cli/fix_steps.h"
#include "cli/machine.h"
#include "host/image/image.h"
#include "host/live/interrupt.h"
#include "host/live/live.h"

namespace rdpdoctor::cli {
namespace {

using fixes::Outcome;

struct Arguments {
  std::string run;
  std::string image;
  bool keep_changed = false;
  bool dry_run = false;
  bool apply = false;  // as `fix` has it: here it is what is done anyway
  bool json = false;
};

// The last part of a path, which is taken off it.
std::string take_last(std::string& path) {
  while (1 < path.size() && (path.ends_with('/') || path.ends_with('\\'))) path.pop_back();
  const std::size_t slash = path.find_last_of("/\\");
  std::string last = slash == std::string::npos ? path : path.substr(slash + 1);
  path.resize(slash == std::string::npos ? 0 : std::max<std::size_t>(slash, 1));
  return last;
}

// DIR/ProgramData/rdpdoctor/runs/RUN/journal.jsonl, or the run's folder: the run, and DIR when none was
// given.
void take_journal_path(Arguments& a) {
  if (a.run.find_first_of("/\\") == std::string::npos) return;
  std::string path = std::move(a.run);
  a.run = take_last(path);
  if (equal_ignoring_case(a.run, "journal.jsonl")) a.run = take_last(path);
  if (!a.image.empty()) return;
  for (const std::string_view part : {"runs", "rdpdoctor", "ProgramData"})
    if (!equal_ignoring_case(take_last(path), part)) return;
  a.image = path.empty() ? "." : path;
}

// Of this machine's own journals the path means this machine, not a disk.
Result<std::unique_ptr<host::Writer>> open(Arguments& a) {
  const std::string given = a.run;
  const bool nothing_else = a.image.empty();
  take_journal_path(a);
  if (!a.image.empty() && (!host::is_windows() || !nothing_else)) return host::open_image_writer(a.image);
  if (!host::is_windows())
    return std::unexpected(Error{"undo: this computer does not run Windows", ErrorKind::usage, 0,
                                 "--image DIR, or the path of a journal on the mounted volume"});
  auto live = host::open_live_writer();
  if (!live) return live;
  const std::string own = (*live)->journal_place(a.run);
  const bool is_own =
      equal_ignoring_case(given, own) || equal_ignoring_case(given + R"(\journal.jsonl)", own);
  if (!a.image.empty() && !is_own) return host::open_image_writer(a.image);
  a.image.clear();
  return live;
}

std::string command(const Arguments& a, bool keep) {
  FixArguments f;
  f.image = a.image;
  return undo_command(f, printable(a.run)) + (keep ? " --keep-changed" : "");
}

bool would_change(const Outcome& o) {
  for (const auto& c : o.changes)
    if (c.standing == fixes::Standing::after && fixes::leaves_state(c.change)) return true;
  return false;
}

int status_of(const report::UndoReport& r, bool interrupted) {
  if (interrupted) return exit_interrupted;
  switch (r.outcome.state) {
    case Outcome::State::nothing_to_do: return exit_ok;
    case Outcome::State::done: return r.only_shown && would_change(r.outcome) ? exit_fault : exit_ok;
    case Outcome::State::refused:
    case Outcome::State::interrupted: break;
  }
  return exit_unknown;
}

void undo(Arguments a, Context& context) {
  auto writer = open(a);
  if (!writer) {
    context.fail(writer.error());
    if (host::is_windows() || !a.image.empty()) context.status = exit_unknown;
    return;
  }
  const bool itself = a.image.empty();
  if (itself && !host::is_elevated())
    return run_as_administrator("taking back changes of this machine", context);
  report::UndoReport r{.target = itself ? "this machine" : "image " + printable(a.image),
                       .only_shown = a.dry_run};
  const host::Interrupt interrupt;  // a change that was begun is taken back whole
  r.outcome = fixes::undo(**writer, {.run = a.run, .keep_changed = a.keep_changed, .only_show = a.dry_run},
                          clock_now());
  r.command = command(a, false);
  r.keep_command = command(a, true);
  print(a.json ? report::json(r) + "\n" : report::terminal(r, context.style()));
  context.status = status_of(r, interrupt.happened());
}

}  // namespace

void add_undo(CLI::App& app, Context& context) {
  auto a = std::make_shared<Arguments>();
  CLI::App* cmd = app.add_subcommand("undo", "Take back what fix --apply did: each value as it was before");
  cmd->add_option("RUN", a->run,
                  "the run, or the path of its journal (default: the last run that is not taken back)");
  cmd->add_option("--image", a->image,
                  "the mounted Windows volume that was repaired (default: this machine, on Windows)")
      ->type_name("DIR");
  cmd->add_flag("--keep-changed", a->keep_changed,
                "leave what somebody else changed since as it is, and take the rest back");
  auto* dry = cmd->add_flag("--dry-run", a->dry_run, "only show what would be taken back");
  cmd->add_flag("--apply", a->apply, "accepted, and without effect: undo does it anyway")->excludes(dry);
  cmd->add_flag("--json", a->json, "one JSON object, schema rdpdoctor.undo/1");
  cmd->callback([a, &context] { undo(*a, context); });
}

}  // namespace rdpdoctor::cli
