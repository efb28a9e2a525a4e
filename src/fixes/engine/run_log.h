// A run while it is worked on: its journal as it was read, and the lines that are added to it.
#pragma once

#include "fixes/engine/engine.h"

namespace rdpdoctor::fixes {

class Run {
 public:
  // One that begins. Nothing is written yet.
  Run(host::Writer& writer, Journal journal) : writer_(writer), journal_(std::move(journal)) {}
  // One that is there; nullopt where the program ended before its journal held a line: then nothing was done.
  [[nodiscard]] static Result<std::optional<Run>> open(host::Writer& writer, const std::string& run);

  [[nodiscard]] host::Writer& writer() const { return writer_; }
  [[nodiscard]] const Journal& journal() const { return journal_; }
  [[nodiscard]] const std::string& name() const { return journal_.run; }

  // Makes the folder and writes the journal's first line and those of all entries.
  [[nodiscard]] Result<void> begin();
  // Nothing is written where it is in that state.
  [[nodiscard]] Result<void> enter(Journal::State state, Instant at);
  // REQUIRES: the state is applying or undoing. Entries count from 0 on here.
  [[nodiscard]] Result<void> begins(std::size_t entry);
  [[nodiscard]] Result<void> did(std::size_t entry);

  [[nodiscard]] ChangeStanding standing(std::size_t entry) const;
  [[nodiscard]] std::vector<ChangeStanding> standings() const;
  // A command that was begun, and of which nothing tells whether it came to its end.
  [[nodiscard]] bool may_have_run(std::size_t entry) const;
  // With run, journal and changes filled in.
  [[nodiscard]] Outcome outcome(Outcome::State state) const;

 private:
  [[nodiscard]] Result<void> add(std::string line);

  host::Writer& writer_;
  Journal journal_;
  std::string last_;
  bool cut_off_ = false;  // its last line has no end
};

[[nodiscard]] Outcome refused(Error error);
[[nodiscard]] Outcome refused(std::string doing, ErrorKind kind = ErrorKind::usage);
// Some changes are made, some are not: says how to go on.
[[nodiscard]] Outcome interrupted(const Run& run, Error error);
// Other than the run's own machine.
[[nodiscard]] Result<void> same_machine(host::Writer& writer, const Journal& journal);
[[nodiscard]] std::vector<std::string> keys_of(const Journal& journal);  // that are written

}  // namespace rdpdoctor::fixes
