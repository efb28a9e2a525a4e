// The change engine: applies plans, finishes what was interrupted, takes back what was done. What happened is
// told by reading the machine and comparing it with the journal, never by what the journal says was done;
// only services and commands, which leave nothing to compare, are told by it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fixes/engine/journal.h"
#include "fixes/engine/plan.h"

namespace rdpdoctor::fixes {

// Where one change stands.
enum class Standing {
  before,  // as it was
  after,   // as the change makes it
  other,   // neither: somebody else changed it meanwhile
  unreadable,
};
struct ChangeStanding {
  std::string fix;
  Change change;
  Standing standing = Standing::before;
  std::string now;  // what is there, for `other`; why, for `unreadable`
};
[[nodiscard]] ChangeStanding standing_of(host::Writer& writer, const std::string& run,
                                         const JournalEntry& entry, bool done);

struct Outcome {
  enum class State {
    nothing_to_do,
    done,         // applied, or undone: every change was read back
    refused,      // nothing was written: `error` or `in_the_way` say why
    interrupted,  // some changes are made, some are not: `error` says why; resume or undo goes on
  } state = State::nothing_to_do;
  std::string run;
  std::string journal;                     // where it is
  std::vector<ChangeStanding> changes;     // after what was done
  std::vector<ChangeStanding> in_the_way;  // changed by somebody else, or unreadable
  std::optional<Error> error;
};

struct RunNames {
  std::string run;  // "20261121-160102-3f2a": sorts by time
  Instant now;
  std::string program;
};

// Refuses when a plan of them is refused or needs a running machine that this one is not, when a run on this
// machine was interrupted (resume or undo it first), and when the machine may not be written.
[[nodiscard]] Outcome apply(host::Writer& writer, const std::vector<Plan>& plans, const RunNames& names);
// The newest run that is neither applied nor undone: brought to its end, in the direction it had.
[[nodiscard]] Outcome resume(host::Writer& writer, Instant now);
// `run`: "" for the newest one that is not undone. Refuses, writing nothing, where somebody else changed
// something since, unless `keep_changed`: then these are left as they are and the rest is taken back. With
// `only_show` nothing is written.
struct UndoOptions {
  std::string run;
  bool keep_changed = false;
  bool only_show = false;
};
[[nodiscard]] Outcome undo(host::Writer& writer, const UndoOptions& options, Instant now);

}  // namespace rdpdoctor::fixes
