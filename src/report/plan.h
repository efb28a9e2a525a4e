// What `rdpdoctor fix` and `rdpdoctor undo` tell: the plan as a diff, what was done of it, and what is found
// before and after.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fixes/engine/engine.h"
#include "fixes/engine/fix.h"
#include "report/report.h"

namespace rdpdoctor::report {

struct PlannedFix {
  fixes::Plan plan;
  std::vector<std::string> for_causes;  // ids of what was found that it is for
};

// A finding for which nothing is planned, and the fixes there are for it.
struct Untreated {
  std::string cause;
  causes::Certainty certainty = causes::Certainty::possible;
  std::vector<std::string> fixes;
};

// What the evidence came to, once.
struct Judgement {
  struct Finding {
    std::string id;
    causes::Certainty certainty = causes::Certainty::possible;
    std::vector<std::string> folded;  // more general ones that it covers
  };
  causes::Health health = causes::Health::unknown;
  std::vector<Finding> causes;
};
[[nodiscard]] Judgement judgement_of(const causes::Diagnosis& diagnosis);
[[nodiscard]] bool finds(const Judgement& judgement, std::string_view cause);

// A command that the reader may run next, and what it is for in one word: "apply", "undo", "script".
struct NextCommand {
  std::string what;
  std::string command;
};

struct FixReport {
  std::string target;             // "image /mnt/windows"; "" no machine is at hand
  std::string machine, guid;      // its name and Cryptography\MachineGuid; "" unknown
  bool named = false;             // the fixes were named, not chosen by what was found
  std::vector<PlannedFix> fixes;  // in their order, those that are refused too
  std::vector<Untreated> untreated;
  std::string not_ready;          // why it can't be written to now, "" it can
  std::vector<NextCommand> next;  // of a plan
  std::string undo_command, resume_command;
  std::optional<fixes::Outcome> outcome;  // of --apply
  std::optional<Judgement> before, after;

  [[nodiscard]] bool has_changes() const;  // of any plan, also those that a script has to do
  [[nodiscard]] bool has_advice() const;
  // Ids of causes that were found before, that a plan is for, and that are found still.
  [[nodiscard]] std::vector<std::string> still_found() const;
};

struct UndoReport {
  std::string target;
  fixes::Outcome outcome;
  bool only_shown = false;
  std::string command;       // that does it, for one that was only shown
  std::string keep_command;  // the same with --keep-changed
};

[[nodiscard]] std::string terminal(const FixReport& report, const TerminalStyle& style);
[[nodiscard]] std::string terminal(const UndoReport& report, const TerminalStyle& style);
// One fix as `fix show` prints it.
[[nodiscard]] std::string terminal(const fixes::Fix& fix, const TerminalStyle& style);
// One object of schema rdpdoctor.plan/1 or rdpdoctor.undo/1, without a newline at the end.
[[nodiscard]] std::string json(const FixReport& report);
[[nodiscard]] std::string json(const UndoReport& report);

[[nodiscard]] std::string_view word(fixes::Side side);
[[nodiscard]] std::string_view word(fixes::Risk risk);
[[nodiscard]] std::string_view word(fixes::Plan::State state);
[[nodiscard]] std::string_view word(fixes::Standing standing);
[[nodiscard]] std::string_view word(fixes::Outcome::State state);

// Ids of the causes that name this fix.
[[nodiscard]] std::vector<std::string> causes_naming(std::string_view fix);

// For a command line that is printed to be copied: as it is, or in quotes.
[[nodiscard]] std::string argument(std::string_view text);

}  // namespace rdpdoctor::report
