#include "cli/client_log_switch.h"

#include <algorithm>
#include <ranges>

#include "base/text.h"
#include "cli/client_log_window.h"
#include "cli/fix_steps.h"
#include "cli/machine.h"
#include "fixes/engine/run_log.h"
#include "fmt/core.h"
#include "host/files.h"
#include "host/live/interrupt.h"
#include "host/registry.h"

namespace rdpdoctor::cli {
namespace {

using fixes::Outcome;
using State = fixes::Journal::State;

constexpr std::string_view fix_id = "enable-client-log";
constexpr const char* on_command = "rdpdoctor client-log on --apply";
constexpr const char* off_command = "rdpdoctor client-log off --apply";
constexpr const char* export_command = "rdpdoctor client-log export -o client-log.zip";
constexpr std::string_view this_machine = "this machine";

// The newest run that turned the log on and nothing else, and is not taken back.
Result<std::string> newest_run(host::Writer& writer) {
  auto runs = writer.runs();
  if (!runs) return std::unexpected(runs.error());
  for (const std::string& name : *runs | std::views::reverse) {
    auto run = fixes::Run::open(writer, name);
    if (!run) return std::unexpected(run.error());
    if (!*run) continue;
    const fixes::Journal& journal = (*run)->journal();
    if (journal.state == State::preparing || journal.state == State::undone) continue;
    const bool is_ours =
        std::ranges::all_of(journal.entries, [](const auto& entry) { return entry.fix == fix_id; });
    if (is_ours && !journal.entries.empty()) return name;
  }
  return std::string();
}

Reading<std::uint32_t> detailed_log(host::Host& host) {
  const std::string key = host::under(R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels)",
                                      client_log_channels[1].channel);
  return host::as_dword(host.value(key, "Enabled"));
}

// No run of ours turned it on.
Result<Told> state_of(host::Host& host) {
  const Reading<std::uint32_t> enabled = detailed_log(host);
  const std::string_view log = client_log_channels[1].channel;
  if (enabled.state == Presence::unreadable)
    return std::unexpected(Error{fmt::format("whether the log {} is on: {}", log, printable(enabled.why)),
                                 ErrorKind::not_permitted});
  if (!enabled.get() || enabled.value == 0)
    return Told{fmt::format("Nothing to take back: the client's detailed log is off.\n  next    {}\n",
                            export_command)};
  return Told{
      fmt::format("Nothing to take back: the client's detailed log is on, and not by rdpdoctor.\n"
                  "  off     wevtutil sl {} /e:false\n",
                  log)};
}

int status_of(const Outcome& o, bool interrupted) {
  if (interrupted) return exit_interrupted;
  const bool well = o.state == Outcome::State::done || o.state == Outcome::State::nothing_to_do;
  return well ? exit_ok : exit_unknown;
}

report::FixReport report_of(host::Host& host, const fixes::Plan& plan) {
  report::FixReport r{.target = std::string(this_machine), .named = true};
  if (const auto id = fixes::machine_of(host)) {
    r.machine = printable(id->name);
    r.guid = printable(id->guid);
  }
  r.fixes = {{plan, {}}};
  r.undo_command = off_command;
  r.resume_command = "rdpdoctor fix --resume";
  return r;
}

}  // namespace

Result<Told> client_log_on(host::Writer& writer, Wish wish, const report::TerminalStyle& style) {
  const evidence::CaseFile none;
  const fixes::Plan plan =
      fixes::plan(*fixes::find_fix(fix_id),
                  {.host = &writer.host(), .writer = &writer, .evidence = &none, .options = {}});
  report::FixReport r = report_of(writer.host(), plan);
  if (plan.state == fixes::Plan::State::refused) return Told{report::terminal(r, style), exit_unknown};
  if (plan.state == fixes::Plan::State::already) return Told{report::terminal(r, style), exit_ok};
  if (wish == Wish::show) {
    r.next = {{"apply", on_command}, {"undo", off_command}};
    return Told{report::terminal(r, style), exit_fault};
  }
  const host::Interrupt interrupt;  // a change that was begun is finished
  const Instant now = clock_now();
  r.outcome = fixes::apply(writer, {plan}, {run_name(now), now, RDPDOCTOR_VERSION});
  std::string text = report::terminal(r, style);
  if (r.outcome->state == Outcome::State::done) text += "  then    connect once, so that it fails\n";
  return Told{std::move(text), status_of(*r.outcome, interrupt.happened())};
}

Result<Told> client_log_off(host::Writer& writer, Wish wish, const report::TerminalStyle& style) {
  const auto run = newest_run(writer);
  if (!run) return std::unexpected(run.error());
  if (run->empty()) return state_of(writer.host());
  report::UndoReport r{.target = std::string(this_machine), .only_shown = wish == Wish::show};
  const host::Interrupt interrupt;  // a change that was begun is taken back whole
  r.outcome = fixes::undo(writer, {.run = *run, .only_show = r.only_shown}, clock_now());
  r.command = off_command;
  r.keep_command = "rdpdoctor undo " + *run + " --keep-changed";
  std::string text = report::terminal(r, style);
  const bool done = r.outcome.state == Outcome::State::done;
  if (done && r.only_shown) return Told{std::move(text), exit_fault};
  if (done) text += fmt::format("  next    {}\n", export_command);
  return Told{std::move(text), status_of(r.outcome, interrupt.happened())};
}

}  // namespace rdpdoctor::cli
