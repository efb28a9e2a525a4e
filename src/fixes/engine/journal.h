// The journal of one run: what was there before each change and what was made of it, as JSON lines that a
// person can read. Every line is on the disk before what it announces is done. Each carries the hash of the
// one before it, so that a line that was changed, added or lost by hand is seen; a last line that a crash cut
// off is left out.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "fixes/engine/change.h"

namespace rdpdoctor::fixes {

// Which machine a journal belongs to. Read from the registry.
struct MachineId {
  std::string name;  // ComputerName
  std::string guid;  // Cryptography\MachineGuid
};
// An error when neither is known and one can't be read; hives that hold neither have no identity but that.
[[nodiscard]] Result<MachineId> machine_of(host::Host& host);

struct JournalEntry {
  std::string fix;
  Change change;   // keys with the real control set, as real_key() gives them
  std::string as;  // of a file set aside: its name in the run's folder
  // Of a registry change: the topmost key that it has to make, "" if none. Taken back when it is empty.
  std::string makes;
  // Of a key tree: the access lists of the keys that go, by their path below it.
  std::map<std::string, Bytes> security;
};

struct Journal {
  std::string run;
  MachineId machine;
  std::string program;  // version that wrote it
  Instant began;
  std::vector<JournalEntry> entries;  // in the order they are applied
  // What the run came to, by its last line.
  enum class State { preparing, applying, applied, undoing, undone } state = State::preparing;
  std::vector<bool> done;   // of each entry: said to be applied (services, commands: the only way to know)
  std::vector<bool> begun;  // begun, and nothing said that it came to its end: it may have run
};

// One line each, without newline; `last` is the line before it, "" for the first.
[[nodiscard]] std::string header_line(const Journal& journal);
[[nodiscard]] std::string entry_line(const JournalEntry& entry, std::size_t number, std::string_view last);
[[nodiscard]] std::string state_line(Journal::State state, Instant at, std::string_view last);
// Numbers count from 1 on. While it is applied they say that the entry is, while undone that its undo is.
[[nodiscard]] std::string begin_line(std::size_t number, std::string_view last);
[[nodiscard]] std::string done_line(std::size_t number, std::string_view last);

// The whole of a journal, and its last line. An error says what is wrong and in which line: edited by hand,
// another schema, cut in the middle.
struct ReadJournal {
  Journal journal;
  std::string last_line;
};
[[nodiscard]] Result<ReadJournal> read_journal(View bytes, const std::string& run);

}  // namespace rdpdoctor::fixes
