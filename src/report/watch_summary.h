// What a watch tells when it ends, and the line it shows while it runs.
#pragma once

#include "report/report.h"
#include "report/watch_patterns.h"

namespace rdpdoctor::report {

struct WatchSummary {
  WatchTally tally;
  Report diagnosis;  // of the merged rounds
  Instant ended;
  bool interrupted = false;
  std::string log;  // path
};

// The answer for a person, and one object of schema rdpdoctor.watch-summary/1 without a newline at the end.
[[nodiscard]] std::string terminal(const WatchSummary& summary, const TerminalStyle& style);
[[nodiscard]] std::string json(const WatchSummary& summary);

// "▁▂▁✗▁  24 rounds: 22 healthy, 2 tls-reset": the last rounds, higher for slower, and the counts. At most
// `width` columns.
[[nodiscard]] std::string watch_line(const WatchTally& tally, std::size_t width, bool utf8);
// "02:11:03 tls-reset (10.0.0.5, 3 ms), after 21 rounds healthy": one change, for people.
[[nodiscard]] std::string watch_change_words(const WatchRound& r, const WatchChange& change);

// Clauses of the summary.
[[nodiscard]] std::string time_words(const WatchTally& tally);
[[nodiscard]] std::string pattern_words(const WatchTally& tally);
// The machines that answered, by name or certificate, when there were several; else "".
[[nodiscard]] std::string machine_words(const WatchTally& tally);

}  // namespace rdpdoctor::report
