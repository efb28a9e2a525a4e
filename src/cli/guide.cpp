// rdpdoctor guide: the dialogue for whom double-clicked the program: which host, what is wrong, what to do,
// and on which machine. Each of its offers is a command that can be given without it, too.
#include <filesystem>

#include "base/text.h"
#include "cli/app.h"
#include "cli/commands.h"
#include "cli/guide_questions.h"
#include "cli/machine.h"
#include "cli/new_file.h"
#include "cli/probing.h"
#include "fixes/engine/fix.h"
#include "fmt/core.h"
#include "host/live/live.h"
#include "report/plan.h"

namespace rdpdoctor::cli {
namespace {

namespace fs = std::filesystem;

// In this folder, not there yet: "rdpdoctor-srv-fin-02.txt", "rdpdoctor-srv-fin-02-2.txt". "" when all are
// there.
std::string new_file(const std::string& host, std::string_view extension) {
  std::string plain;
  for (char c : host.substr(0, 60)) {
    bool usual = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '.';
    plain += usual ? c : '-';
  }
  for (int i = 1; i < 100; ++i) {
    std::string name = fmt::format("rdpdoctor-{}{}{}", plain, i == 1 ? "" : fmt::format("-{}", i), extension);
    std::error_code ignored;
    if (!fs::exists(path_of(name), ignored)) return name;
  }
  return "";
}

std::string whole_path(const std::string& name) {
  std::error_code problem;
  fs::path path = fs::absolute(path_of(name), problem);
  if (problem) return name;
  std::u8string text = path.u8string();
  return {text.begin(), text.end()};
}

// Runs a command as if it had been typed; its own exit status is not the guide's.
void run_command(const std::vector<std::string>& words) {
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  static_cast<void>(run(static_cast<int>(argv.size()), argv.data()));
}

std::string asked_for(const evidence::Target& target) {
  return target.port == 3389 ? target.host : report::target_words(target);
}

void say_where(const report::Report& r) {
  const auto& found = r.diagnosis.causes;
  if (found.empty() || !found.front().found.explains) {
    if (r.diagnosis.health == causes::Health::healthy)
      print(
          "\nNext: try Remote Desktop again. If it still fails, run this once more right after it, with what "
          "it "
          "shows.\n");
    return;
  }
  switch (found.front().cause->machine) {
    case causes::Machine::client:
      print("\nNext: what to do is on this computer, in the lines after \"do\" above.\n");
      break;
    case causes::Machine::host:
      print(fmt::format(
          "\nNext: what to do is on {}, in the lines after \"do\" above. Who looks after it can run\n"
          "rdpdoctor inspect there, which reads why.\n",
          printable(r.evidence.target.host, 80)));
      break;
    case causes::Machine::path:
      print(fmt::format(
          "\nNext: what to do is on the way between this computer and {}: for whoever looks after the\n"
          "network and its firewalls, in the lines after \"do\" above.\n",
          printable(r.evidence.target.host, 80)));
      break;
  }
}

void offer_report(const report::Report& r) {
  if (!ask_yes("\nSave this report to a file, to send it to somebody?")) return;
  std::string name = new_file(r.evidence.target.host, ".txt");
  if (!name.empty() &&
      write_text(name, report::terminal(r, {.colour = false, .verbose = true, .width = 100})))
    print("Saved: " + printable(whole_path(name), 400) + "\n");
  else
    print("It could not be written to this folder: " + printable(whole_path("."), 400) + "\n");
}

void offer_collection(const report::Report& r) {
  if (!host::is_windows()) return;
  if (!ask_yes("\nCollect what this computer knows of it into an archive, too? No passwords, no keys."))
    return;
  std::string name = new_file(r.evidence.target.host, ".zip");
  std::vector<std::string> words = {"rdpdoctor", "collect", asked_for(r.evidence.target), "-o", name};
  if (r.evidence.complaint) {
    words.emplace_back("--code");
    words.push_back(
        fmt::format("0x{:X}", r.evidence.complaint->code) +
        (r.evidence.complaint->extended ? fmt::format("/0x{:X}", *r.evidence.complaint->extended) : ""));
  }
  run_command(words);
}

// The first fix for this computer of what was found; nothing that weakens it or can't be taken back.
const fixes::Fix* client_fix(const report::Report& r) {
  for (const causes::RankedCause& ranked : r.diagnosis.causes) {
    if (!ranked.found.explains || ranked.found.certainty == causes::Certainty::possible) continue;
    for (std::string_view id : ranked.cause->fixes) {
      const fixes::Fix* fix = fixes::find_fix(id);
      if (fix && fix->side == fixes::Side::client && !fix->weakens && !fix->destroys) return fix;
    }
  }
  return nullptr;
}

void offer_fix(const report::Report& r) {
  const fixes::Fix* fix = host::is_windows() ? client_fix(r) : nullptr;
  if (!fix) return;
  if (!ask_yes(fmt::format("\nShow what the repair {} would change on this computer? Nothing is changed yet.",
                           fix->id)))
    return;
  run_command({"rdpdoctor", "fix", std::string(fix->id), "--server", r.evidence.target.host});
}

void guide(Context& context) {
  print(
      "rdpdoctor finds out why a Remote Desktop connection fails. It asks for no password and changes "
      "nothing.\n\n");
  auto target = ask_target();
  if (!target)
    return context.fail({"no host to diagnose", ErrorKind::usage, 0, "a name, an address or an .rdp file"});
  Shown shown = ask_shown();
  probe::Options options;
  options.target = std::move(*target);
  options.complaint = shown.complaint;
  print(fmt::format("\nTrying {}, which takes up to 10 seconds …\n\n",
                    printable(report::target_words(options.target), 120)));
  std::fflush(stdout);
  evidence::CaseFile c = probe_from_here(std::move(options), context);
  c.told = std::move(shown.told);
  inspect_this_client(c, context);
  const report::Report r = report::make_report(std::move(c));
  print(report::terminal(r, context.style()));
  context.status = status_of_probed(r);
  if (r.evidence.run.interrupted) return;
  say_where(r);
  offer_report(r);
  offer_collection(r);
  offer_fix(r);
}

}  // namespace

void add_guide(CLI::App& app, Context& context) {
  CLI::App* cmd =
      app.add_subcommand("guide", "Ask which host and what happened, then say what is wrong and what to do");
  cmd->callback([&context] { guide(context); });
}

}  // namespace rdpdoctor::cli
