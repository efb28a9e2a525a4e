// rdpdoctor fix [FIX…] [--image DIR | --bundle FILE] [--diagnosis FILE.json]
#include "cli/fix_steps.h"
#include "cli/machine.h"
#include "fmt/core.h"
#include "host/live/live.h"

namespace rdpdoctor::cli {
namespace {

// Fixes that are named without a machine are described: what they would change there is not known.
void describe(const std::vector<const fixes::Fix*>& fixes, const FixArguments& a, Context& context) {
  for (const fixes::Fix* fix : fixes) print(report::terminal(*fix, context.style(a.verbose)) + "\n");
  context.fail({"fix: this computer does not run Windows", ErrorKind::usage, 0,
                "--image DIR, or --emit ps1|reg|text for a script that runs on it"});
}

// What a diagnosis or a script of named fixes is for may be another machine.
bool means_itself(const FixArguments& a) {
  if (!host::is_windows() || !a.image.empty() || !a.bundle.empty()) return false;
  if (!a.diagnosis.empty()) return a.apply || a.resume;
  return a.emit.empty() || a.fixes.empty();
}

void fix(FixArguments a, Context& context) {
  a.itself = means_itself(a);
  auto named = named_fixes(a.fixes);
  if (!named) return context.fail(named.error());
  if (auto fit = check_wishes(a); !fit) return context.fail(fit.error());
  auto options = fix_options(a);
  if (!options) return context.fail(options.error());
  if (a.itself && (a.apply || a.resume) && !host::is_elevated())
    return run_as_administrator("changing this machine", context);
  if (a.resume) return resume_run(a, context);
  if (!a.has_machine() && a.diagnosis.empty() && a.emit.empty()) return describe(*named, a, context);
  auto at = open_fix_case(a, context);
  if (!at) return;
  if (at->interrupted && (a.apply || !a.emit.empty())) {  // what was read until then is not all
    could_not(context, "interrupted: nothing was written");
    context.status = exit_interrupted;
    return;
  }
  FixChoice choice = choose_fixes(*at, *named, *options, !a.emit.empty());
  if (!a.emit.empty()) return emit_plan(a, *at, choice, *options, context);
  if (a.apply) return apply_plan(a, *at, std::move(choice), context);
  show_plan(a, *at, std::move(choice), context);
}

void add_targets(CLI::App* cmd, FixArguments& a) {
  auto* image =
      cmd->add_option("--image", a.image,
                      "the mounted Windows volume that is repaired (default: this machine, on Windows)")
          ->type_name("DIR");
  cmd->add_option("--bundle", a.bundle,
                  "plan by what was collected of a machine; a script does it there (--emit)")
      ->excludes(image)
      ->type_name("FILE");
  cmd->add_option("--diagnosis", a.diagnosis,
                  "judge together with what diagnose, inspect or analyze printed by --json")
      ->type_name("FILE.json");
  cmd->add_option("--code", a.code, "what the client showed, such as 0x904/0x7: used as evidence")
      ->type_name("CODE[/EXT]");
}

void add_ways(CLI::App* cmd, FixArguments& a) {
  auto* apply = cmd->add_flag("--apply", a.apply, "do it; without this nothing is written");
  auto* emit = cmd->add_option("--emit", a.emit,
                               "print it as a PowerShell script, a .reg file, or steps for the console")
                   ->check(CLI::IsMember({"ps1", "reg", "text"}))
                   ->excludes(apply)
                   ->type_name("ps1|reg|text");
  cmd->add_option("-o", a.out, "write the script to FILE; with --emit reg also FILE-undo")->type_name("FILE");
  cmd->add_flag("--resume", a.resume, "finish a run that was interrupted")->excludes(apply)->excludes(emit);
  cmd->add_flag("--json", a.json, "one JSON object, schema rdpdoctor.plan/1")->excludes(emit);
  cmd->add_flag("--verbose", a.verbose, "what each fix is about, too");
}

void add_details(CLI::App* cmd, FixArguments& a) {
  cmd->add_flag("--accept-risk", a.accept_risk,
                "allow fixes that weaken security or destroy settings, when they are named");
  cmd->add_option("--for", a.lasts, "how long a fix that weakens security lasts (default 1h)")
      ->type_name("30m|2h");
  cmd->add_option("--server", a.server, "the host as the client calls it")->type_name("NAME");
  cmd->add_option("--address", a.address, "the host's address")->type_name("A");
  cmd->add_option("--interface", a.interface, "the network adapter: its name, GUID or index")->type_name("I");
  cmd->add_option("--mtu", a.mtu, "the adapter's packet size in bytes")
      ->check(CLI::Range(576, 9000))
      ->type_name("N");
  cmd->add_option("--port", a.port, "the port that the listener shall have or the firewall shall open")
      ->check(CLI::Range(1, 65535))
      ->type_name("N");
  cmd->add_option("--user", a.user, "whose profile or client settings are meant")->type_name("SID");
}

void add_list_and_show(CLI::App* cmd, Context& context) {
  cmd->add_subcommand("list", "every fix: id, machine, risk, what it makes true")->callback(list_fixes);
  auto id = std::make_shared<std::string>();
  CLI::App* show = cmd->add_subcommand("show", "what one fix changes, when it helps, what it interrupts");
  show->add_option("ID", *id, "the fix")->required();
  show->callback([id, &context] {
    auto fix = named_fix(*id);
    if (!fix) return context.fail(fix.error());
    print(report::terminal(**fix, context.style()));
  });
}

}  // namespace

void list_fixes() {
  for (const fixes::Fix& fix : fixes::all_fixes()) {
    print(fmt::format("{:<31} {:<7} {:<7} {}\n", fix.id, report::word(fix.side), report::word(fix.risk),
                      fix.title));
  }
}

void add_fix(CLI::App& app, Context& context) {
  auto a = std::make_shared<FixArguments>();
  CLI::App* cmd = app.add_subcommand(
      "fix", "Plan the repair of what was found, show it as a diff, and with --apply do it");
  cmd->add_option("FIX", a->fixes, "these fixes (fix list); without any, what was found chooses them");
  add_targets(cmd, *a);
  add_ways(cmd, *a);
  add_details(cmd, *a);
  add_list_and_show(cmd, context);
  cmd->callback([a, cmd, &context] {
    if (cmd->get_subcommands().empty()) fix(*a, context);
  });
}

}  // namespace rdpdoctor::cli
