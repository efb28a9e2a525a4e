// What would be done, for a person: per fix its risk, and its changes as a diff.
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "report/plan_words.h"

namespace rdpdoctor::report {
namespace {

using fixes::Plan;

std::string heading(const FixReport& r, const TerminalStyle& style) {
  if (r.target.empty())
    return (r.machine.empty() ? "A machine that is" : r.machine + ",") +
           " not at hand: a script does it there\n\n";
  std::string out = r.machine.empty() ? "a machine that is not named" : r.machine;
  const std::size_t used = columns(out) + columns(r.target);
  out.append(used + 2 < style.width ? style.width - used : 2, ' ');
  return out + inked(r.target, Ink::dim, style) + "\n\n";
}

std::string with_certainty(const FixReport& r, const std::vector<std::string>& ids) {
  std::vector<std::string> out;
  for (const std::string& id : ids) {
    std::string words = id;
    for (const Judgement::Finding& f : r.before.value_or(Judgement{}).causes)
      if (f.id == id) words += fmt::format(" ({})", word(f.certainty));
    out.push_back(std::move(words));
  }
  return join(out, ", ");
}

std::string_view mark_of(const Plan& plan) {
  if (plan.state == Plan::State::planned) return plan.changes.empty() ? "·" : "→";
  return plan.state == Plan::State::already ? "✓" : "✗";
}

std::string nature(const fixes::Fix& fix) {
  std::string out = fmt::format("{} risk · on the {}", word(fix.risk), word(fix.side));
  if (!fix.interrupts.empty()) out += fmt::format(" · {}", fix.interrupts);
  if (!fix.takes_effect.empty()) out += fmt::format(" · takes effect {}", fix.takes_effect);
  return out;
}

std::string warnings(const fixes::Fix& fix, const TerminalStyle& style) {
  std::string out;
  if (fix.weakens) out += hanging("  but     ", "it weakens security: for a while only", style.width);
  if (fix.destroys) out += hanging("  but     ", "it destroys what can't be brought back", style.width);
  return out;
}

std::string details_of(const FixReport& r, const PlannedFix& f, const TerminalStyle& style) {
  const Plan& plan = f.plan;
  std::string out = style.verbose ? hanging("  about   ", plan.fix->explanation, style.width) : "";
  out += hanging("  nature  ", nature(*plan.fix), style.width) + warnings(*plan.fix, style);
  if (!r.outcome) out += diff_lines(plan.changes, style);  // else below, with what became of it
  for (const std::string& note : plan.notes) out += hanging("  note    ", note, style.width);
  if (plan.needs_running)
    out +=
        hanging("  note    ", "this needs the machine to run: --emit ps1 makes a script for it", style.width);
  for (const std::string& step : plan.advice) out += advice_step("  you     ", step, style.width);
  return out + hanging("  check   ", plan.fix->verified_by, style.width);
}

std::string fix_lines(const FixReport& r, const PlannedFix& f, const TerminalStyle& style) {
  const Plan& plan = f.plan;
  const std::string_view mark = mark_of(plan);
  std::string_view what = "not planned";
  if (plan.state == Plan::State::planned) what = plan.fix->title;
  if (plan.state == Plan::State::already)
    what = plan.notes.empty() ? "nothing to do: all is as this fix would make it" : "nothing to do";
  std::string out = inked(hanging(fmt::format("{} {}  ", mark, plan.fix->id), what, style.width),
                          plan.state == Plan::State::planned ? Ink::strong : Ink::plain, style);
  if (!f.for_causes.empty())
    out += hanging("  for     ", with_certainty(r, f.for_causes), style.width);
  else if (r.named && r.before && plan.state == Plan::State::planned)
    out += "  for     nothing that was found calls for it\n";
  if (plan.state == Plan::State::refused) out += hanging("  why     ", plan.why, style.width);
  if (plan.state == Plan::State::already)
    for (const std::string& note : plan.notes) out += hanging("  note    ", note, style.width);
  if (plan.state == Plan::State::planned) out += details_of(r, f, style);
  return out + "\n";
}

std::string untreated_line(const Untreated& u, const TerminalStyle& style) {
  const std::string what = fmt::format("{} ({})", u.cause, word(u.certainty));
  if (u.fixes.empty())
    return hanging("  left    ", fmt::format("{}: no fix for it here; rdpdoctor explain {}", what, u.cause),
                   style.width);
  std::string ids = join(u.fixes, ", ");
  return hanging(
      "  left    ",
      u.certainty == causes::Certainty::possible
          ? fmt::format("{}: not planned, since it is only possible; named, it can be: {}", what, ids)
          : fmt::format("{}: none of its fixes is planned ({})", what, ids),
      style.width);
}

std::string untreated_lines(const FixReport& r, const TerminalStyle& style) {
  std::string out;
  for (const Untreated& u : r.untreated) out += untreated_line(u, style);
  return out.empty() ? out : out + "\n";
}

std::string_view nothing_planned(const FixReport& r) {
  if (r.has_advice()) return "Nothing that this program changes: the steps are yours.";
  const bool left = !r.untreated.empty() || std::ranges::any_of(r.fixes, [](const PlannedFix& f) {
    return f.plan.state == Plan::State::refused;
  });
  if (left) return "Nothing can be done here, and nothing was written.";
  if (r.before && r.before->health == causes::Health::unknown && !r.named)
    return "Nothing is planned: it could not be found out what is wrong.";
  if (!r.fixes.empty()) return "Nothing to do, and nothing was written.";
  return "Nothing to do: nothing was found that a fix is for.";
}

std::string fact(std::string_view name, std::string_view text, const TerminalStyle& style) {
  return text.empty() ? "" : hanging(fmt::format("  {} ", padded(name, 13)), text, style.width);
}

}  // namespace

std::string next_lines(const FixReport& r, const TerminalStyle& style) {
  std::string out;
  if (!r.not_ready.empty())
    out += hanging("  but     ", "it can't be written to now: " + r.not_ready, style.width);
  for (const NextCommand& next : r.next)
    out += command_line(fmt::format("  {} ", padded(next.what, 7)), next.command);
  return out;
}

std::string nothing_done(const FixReport& r, const TerminalStyle& style) {
  const std::string_view words =
      r.has_changes() ? "Nothing was written: what is planned needs the machine to run." : nothing_planned(r);
  return inked(words, Ink::strong, style) + "\n" + next_lines(r, style);
}

std::string command_line(std::string_view lead, std::string_view command) {
  return std::string(lead) + std::string(command) + "\n";
}

std::string terminal(const FixReport& r, const TerminalStyle& style) {
  std::string out = heading(r, style);
  for (const PlannedFix& f : r.fixes) out += fix_lines(r, f, style);
  out += untreated_lines(r, style);
  if (r.outcome) return out + outcome_lines(r, style);
  if (!r.has_changes()) return out + nothing_done(r, style);
  return out + inked("Nothing was written.", Ink::strong, style) + "\n" + next_lines(r, style);
}

std::string terminal(const fixes::Fix& fix, const TerminalStyle& style) {
  std::string out =
      inked(hanging(fmt::format("{}  ", fix.id), fix.title, style.width), Ink::strong, style) + "\n";
  out += hanging("  ", fix.explanation, style.width) + "\n";
  out += fact("on the", word(fix.side), style) + fact("risk", word(fix.risk), style);
  out += fact("interrupts", fix.interrupts.empty() ? "nothing" : fix.interrupts, style);
  out += fact("takes effect", fix.takes_effect, style);
  if (fix.weakens) out += fact("weakens", "security: for a while only, with --accept-risk", style);
  if (fix.destroys) out += fact("destroys", "what can't be brought back: with --accept-risk", style);
  out += fact("check", fix.verified_by, style) + fact("article", fix.article, style);
  const std::vector<std::string> causes = causes_naming(fix.id);
  out += fact("named by", causes.empty() ? "no cause: only when asked for by its id" : join(causes, ", "),
              style);
  return out;
}

}  // namespace rdpdoctor::report
