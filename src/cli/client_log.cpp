// rdpdoctor client-log on|off [--apply] | export -o FILE.zip [--since SPAN | --around TIME]
#include <chrono>

#include "base/text.h"
#include "cli/client_log_export.h"
#include "cli/client_log_switch.h"
#include "cli/fix_case.h"
#include "cli/machine.h"
#include "cli/new_file.h"
#include "cli/progress.h"
#include "fmt/core.h"
#include "host/live/event_channels.h"
#include "host/live/live.h"
#include "report/plan.h"

namespace rdpdoctor::cli {
namespace {

bool is_here(Context& context) {
  if (host::is_windows()) return true;
  context.fail({"client-log: this computer does not run Windows", ErrorKind::usage, 0,
                "the Windows computer that connects"});
  return false;
}

using Switch = Result<Told> (*)(host::Writer&, Wish, const report::TerminalStyle&);

void turn(Switch how, bool apply, const std::string& doing, Context& context) {
  if (!is_here(context)) return;
  // Only administrators may read the journals, which tell what would be taken back.
  const bool needs_rights = apply || how == client_log_off;
  if (needs_rights && !host::is_elevated()) return run_as_administrator(doing, context);
  auto writer = host::open_live_writer();
  const auto told = writer ? how(**writer, apply ? Wish::apply : Wish::show, context.style())
                           : Result<Told>(std::unexpected(writer.error()));
  if (!told) {
    context.fail(told.error());
    context.status = exit_unknown;
    return;
  }
  print(told->text);
  context.status = told->status;
}

struct ExportArguments {
  std::string out, since, around;
};

void export_log(const ExportArguments& a, Context& context) {
  if (!is_here(context)) return;
  const Instant now = clock_now();
  const auto window = log_window(a.since, a.around, now);
  if (!window) return context.fail(window.error());
  ReadProgress progress(context.console.err_is_terminal);
  const auto channels = export_channels(*window, host::channel_events, [&](std::string_view channel) {
    progress.show(std::string(channel), 0, 0, std::chrono::steady_clock::now());
  });
  progress.clear();
  const std::string until = window->to ? to_rfc3339(*window->to) : "now";
  print(fmt::format("Events from {} until {}:\n{}", to_rfc3339(window->from), until, export_lines(channels)));
  const auto archive = export_archive(channels, now);
  if (!archive) return could_not(context, archive.error().doing, archive.error().expected);
  if (const auto written = write_new(a.out, *archive); !written) return context.fail(written.error());
  const std::string file = report::argument(printable(a.out, 400));
  print(fmt::format("  wrote   {}\n  next    rdpdoctor analyze {}\n", printable(a.out, 400), file));
}

void add_export(CLI::App* cmd, Context& context) {
  auto a = std::make_shared<ExportArguments>();
  CLI::App* one = cmd->add_subcommand(
      "export", "What the client's logs and Schannel's events hold of a failed attempt, as one archive");
  one->add_option("-o", a->out, "the archive, a new file")->required()->type_name("FILE.zip");
  auto* since = one->add_option("--since", a->since, "how far back (default 15m)")->type_name("15m|2h");
  one->add_option("--around", a->around, "five minutes before it and after it")
      ->type_name("TIME")
      ->excludes(since);
  one->callback([a, &context] { export_log(*a, context); });
}

void add_switch(CLI::App* cmd, const char* name, const char* says, Switch how, const std::string& doing,
                Context& context) {
  auto apply = std::make_shared<bool>(false);
  CLI::App* one = cmd->add_subcommand(name, says);
  one->add_flag("--apply", *apply, "do it; without this nothing is written");
  one->callback([=, &context] { turn(how, *apply, doing, context); });
}

}  // namespace

void add_client_log(CLI::App& app, Context& context) {
  CLI::App* cmd = app.add_subcommand(
      "client-log",
      "Turn the detailed log of this machine's Remote Desktop client on and off, and export it");
  cmd->require_subcommand(1);
  add_switch(cmd, "on", "Turn the detailed log on, before an attempt that fails", client_log_on,
             "turning the client's log on", context);
  add_switch(cmd, "off", "Turn it off again, as it was before: only then it can be read", client_log_off,
             "turning the client's log off", context);
  add_export(cmd, context);
}

}  // namespace rdpdoctor::cli
