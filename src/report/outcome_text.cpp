// What was done, or taken back, for a person.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "fmt/core.h"
#include "report/plan_words.h"

namespace rdpdoctor::report {
namespace {

using fixes::ChangeStanding;
using fixes::Standing;

std::string_view certainty_in(const Judgement& judgement, const std::string& cause) {
  for (const Judgement::Finding& f : judgement.causes)
    if (f.id == cause) return word(f.certainty);
  return finds(judgement, cause) ? "covered" : "-";
}

std::vector<std::string> causes_of_both(const Judgement& before, const Judgement& after) {
  std::vector<std::string> out;
  for (const Judgement* judgement : {&before, &after}) {
    for (const Judgement::Finding& f : judgement->causes)
      if (std::ranges::find(out, f.id) == out.end()) out.push_back(f.id);
  }
  return out;
}

std::string side_by_side(const FixReport& r) {
  if (!r.before || !r.after) return "";
  const auto ids = causes_of_both(*r.before, *r.after);
  std::size_t width = 8;
  for (const std::string& id : ids) width = std::max(width, id.size());
  auto row = [&](std::string_view name, std::string_view before, std::string_view after) {
    return fmt::format("  {}  {}  {}\n", padded(name, width), padded(before, 9), after);
  };
  std::string out = "\n" + row("", "before", "after");
  out += row("verdict", word(r.before->health), word(r.after->health));
  for (const std::string& id : ids) out += row(id, certainty_in(*r.before, id), certainty_in(*r.after, id));
  return out + "\n";
}

std::string changed_lines(const std::vector<ChangeStanding>& changes, Standing wanted,
                          const TerminalStyle& style) {
  std::string out;
  for (const ChangeStanding& c : changes) {
    const bool there = c.standing == wanted;
    const std::string now = wanted == Standing::after
                                ? fixes::after_words(c.change)
                                : (fixes::leaves_state(c.change) ? fixes::before_words(c.change) : "");
    out += standing_line(c, there ? "✓" : "✗", there ? Ink::good : Ink::bad,
                         there ? now : std::string(c.now.empty() ? "not reached" : c.now), style);
  }
  return out;
}

std::string verdict_of_apply(const FixReport& r, const TerminalStyle& style) {
  const auto still = r.still_found();
  if (!r.after) return "";
  if (still.empty()) return "";
  return hanging("",
                 fmt::format("This did not change the verdict on {}: take it back with", join(still, ", ")),
                 style.width) +
         command_line("  undo    ", r.undo_command);
}

std::string failed_words(const fixes::Outcome& o, const TerminalStyle& style) {
  std::string out;
  if (o.error) out += hanging("  why     ", o.error->doing, style.width);
  if (o.error && !o.error->expected.empty()) out += hanging("  needs   ", o.error->expected, style.width);
  return out + in_the_way_lines(o, style);
}

std::string applied_lines(const FixReport& r, const TerminalStyle& style) {
  const fixes::Outcome& o = *r.outcome;
  std::string out = changed_lines(o.changes, Standing::after, style) + "\n";
  out += inked("Applied.", Ink::strong, style) + " Each change was read back.\n" + run_lines(o, style);
  out += side_by_side(r);
  const std::string still = verdict_of_apply(r, style);
  out += still.empty() ? command_line("  undo    ", r.undo_command) : still;
  for (const NextCommand& n : r.next) out += command_line("  " + padded(n.what, 8), n.command);
  return out;
}

std::string interrupted_lines(const fixes::Outcome& o, const std::string& resume, const std::string& undo,
                              const TerminalStyle& style) {
  return inked("Not finished: some changes are made, some are not.", Ink::strong, style) + "\n" +
         failed_words(o, style) + run_lines(o, style) + command_line("  go on   ", resume) +
         command_line("  undo    ", undo);
}

std::string undone_lines(const UndoReport& r, const TerminalStyle& style) {
  const fixes::Outcome& o = r.outcome;
  std::vector<ChangeStanding> changes = o.changes;
  std::erase_if(changes, [](const ChangeStanding& c) {  // these are in the way
    return c.standing == Standing::other || c.standing == Standing::unreadable;
  });
  std::string out = changed_lines(changes, Standing::before, style);
  out += in_the_way_lines(o, style);
  if (!out.empty()) out += "\n";
  out += inked(o.in_the_way.empty() ? "Taken back: all is as it was before the run."
                                    : "Taken back, but for what somebody else changed.",
               Ink::strong, style) +
         "\n";
  out += run_lines(o, style);
  return out + hanging("  kept    ",
                       "its folder holds copies of what was there, whole hives too: delete it once "
                       "nothing has to be taken back",
                       style.width);
}

std::string would_undo(const UndoReport& r, const TerminalStyle& style) {
  std::string out;
  for (const ChangeStanding& c : r.outcome.changes) {
    if (c.standing != Standing::after || !fixes::leaves_state(c.change)) continue;
    out += standing_line(c, "→", Ink::plain, fixes::before_words(c.change), style);
  }
  out += in_the_way_lines(r.outcome, style) + "\n" + inked("Nothing was written.", Ink::strong, style) +
         "\n" + run_lines(r.outcome, style);
  return out + command_line("  undo    ", r.outcome.in_the_way.empty() ? r.command : r.keep_command);
}

}  // namespace

std::string in_the_way_lines(const fixes::Outcome& outcome, const TerminalStyle& style) {
  std::string out;
  for (const ChangeStanding& c : outcome.in_the_way) {
    const std::string_view what = c.standing == Standing::unreadable ? "can't be read: " : "is now: ";
    out += standing_line(c, "!", Ink::doubt, std::string(what) + c.now, style);
  }
  return out;
}

std::string run_lines(const fixes::Outcome& outcome, const TerminalStyle& style) {
  if (outcome.run.empty()) return "";
  std::string out = fmt::format("  run     {}\n", printable(outcome.run));
  if (!outcome.journal.empty()) out += hanging("  journal ", printable(outcome.journal, 400), style.width);
  return out;
}

std::string outcome_lines(const FixReport& r, const TerminalStyle& style) {
  const fixes::Outcome& o = *r.outcome;
  switch (o.state) {
    case fixes::Outcome::State::nothing_to_do: return nothing_done(r, style);
    case fixes::Outcome::State::done: return applied_lines(r, style);
    case fixes::Outcome::State::refused:
      return inked("Not applied: nothing was written.", Ink::strong, style) + "\n" + failed_words(o, style);
    case fixes::Outcome::State::interrupted: break;
  }
  return changed_lines(o.changes, Standing::after, style) + "\n" +
         interrupted_lines(o, r.resume_command, r.undo_command, style);
}

std::string terminal(const UndoReport& r, const TerminalStyle& style) {
  const fixes::Outcome& o = r.outcome;
  switch (o.state) {
    case fixes::Outcome::State::nothing_to_do:
      return inked("Nothing to take back.", Ink::strong, style) + "\n" + run_lines(o, style);
    case fixes::Outcome::State::done: return r.only_shown ? would_undo(r, style) : undone_lines(r, style);
    case fixes::Outcome::State::refused: {
      std::string out = inked("Not taken back: nothing was written.", Ink::strong, style) + "\n";
      out += failed_words(o, style) + run_lines(o, style);
      if (!o.in_the_way.empty()) out += command_line("  rest    ", r.keep_command);
      return out;
    }
    case fixes::Outcome::State::interrupted: break;
  }
  return changed_lines(o.changes, Standing::before, style) +
         interrupted_lines(o, r.command, r.command, style);
}

}  // namespace rdpdoctor::report
