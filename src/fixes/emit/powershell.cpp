// The emitted PowerShell script: a head of comments, the changes, and the part that is the same in all.
#include "base/text.h"
#include "fixes/emit/powershell_changes.h"
#include "fixes/emit/powershell_engine.h"
#include "fixes/emit/powershell_quote.h"
#include "fixes/emit/script.h"
#include "fmt/format.h"

namespace rdpdoctor::fixes {
namespace {

void add(std::string& out, std::string_view words) {
  out += words.empty() ? "#" : "# " + emit::comment(words);
  out += '\n';
}

std::string head(const Script& script) {
  std::string out;
  add(out, "rdpdoctor " + script.program + ", for Windows PowerShell 5.1 as administrator");
  add(out, script.machine.empty() ? "For any machine: what is there is read when it runs."
                                  : "For " + script.machine);
  add(out,
      "Without a parameter it only shows what it would do. -Apply does it. -Undo takes the last run back.");
  add(out, "Exit status: 0 done or nothing to do, 1 there is something to do, 3 it could not.");
  for (const Plan& plan : script.plans) {
    if (plan.fix != nullptr) {
      add(out, "");
      add(out, fmt::format("{}: {}", plan.fix->id, plan.fix->title));
      if (!plan.fix->interrupts.empty()) add(out, fmt::format("  interrupts: {}", plan.fix->interrupts));
      if (!plan.fix->takes_effect.empty())
        add(out, fmt::format("  takes effect: {}", plan.fix->takes_effect));
      if (plan.fix->weakens)
        add(out, fmt::format("  weakens security; taken back by a scheduled task {} after -Apply",
                             count_of(static_cast<std::size_t>(script.lasts.count()), "minute")));
    }
    for (const std::string& note : plan.notes) add(out, "  note: " + note);
    for (const std::string& step : plan.advice) add(out, "  to do by hand: " + step);
  }
  return out;
}

}  // namespace

std::string powershell(const Script& script) {
  std::string text = head(script);
  text += emit::powershell_parameters;
  text += emit::powershell_changes(script);
  text += emit::powershell_reading;
  text += emit::powershell_writing;
  text += emit::powershell_journal;
  text += emit::powershell_commands;
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

}  // namespace rdpdoctor::fixes
