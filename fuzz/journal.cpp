// A journal that lies on a disk from elsewhere. What could be read can be written and read back the same, and
// whatever comes after the last line does not change what was before it.

#include "fixes/engine/journal.h"

#include <algorithm>

#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

void append(Bytes& out, std::string_view line) {
  out.insert(out.end(), line.begin(), line.end());
  out.push_back('\n');
}

Bytes written(const fixes::Journal& journal) {
  Bytes out;
  std::string last = header_line(journal);
  append(out, last);
  for (std::size_t i = 0; i < journal.entries.size(); ++i) {
    last = entry_line(journal.entries[i], i + 1, last);
    append(out, last);
  }
  return out;
}

// The chain is made right, so that the fuzzer gets behind it: each line of the input is the rest of one.
Bytes chained(View bytes) {
  Bytes out;
  std::string last = fixes::header_line({.run = "r"});
  append(out, last);
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (std::size_t end = rest.find('\n'); !rest.empty(); end = rest.find('\n')) {
    std::string line = fixes::done_line(1, last);
    line.replace(1, line.find("\"chain\"") - 1, std::string(rest.substr(0, end)) + ",");
    append(out, line);
    last = line;
    rest.remove_prefix(std::min(end, rest.size() - 1) + 1);
  }
  return out;
}

void check(View bytes) {
  const auto read = fixes::read_journal(bytes, "r");
  if (!read) {
    expects(!read.error().doing.empty());
    return;
  }
  const fixes::Journal& journal = read->journal;
  expects(journal.done.size() == journal.entries.size() && journal.begun.size() == journal.entries.size());
  const Bytes once = written(journal);
  const auto again = fixes::read_journal(once, journal.run);
  // The journal itself may be as large as one can be; what is written of it larger.
  if (!again) return expects(bytes.size() < once.size());
  expects(written(again->journal) == once);
}

}  // namespace

void run(View bytes) {
  check(bytes);
  check(chained(bytes));
}

}  // namespace rdpdoctor::fuzz
