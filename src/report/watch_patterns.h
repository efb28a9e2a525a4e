// Whether the failures of a watch come with something: a time, an address, a machine, a round trip, an MTU.
// It is said only when chance would hardly do the same.
#pragma once

#include "report/watch_tally.h"

namespace rdpdoctor::report {

struct WatchPattern {
  std::string factor;  // "address", "computer", "certificate", "rtt", "path_mtu"
  std::string value;   // "10.0.0.6"; for rtt ">= 34 ms"
  std::size_t failed_with = 0;
  std::size_t rounds_with = 0;
  std::size_t failed_without = 0;
  std::size_t rounds_without = 0;
  double chance = 1;  // that luck alone does so, all that was looked at taken together
};

enum class TimeShape {
  none,       // no failure
  always,     // every round failed
  since,      // from one moment on, every round failed
  until,      // every round failed up to one moment, none since
  once,       // a single round
  one_row,    // one unbroken row
  window,     // all within a short part of the watch
  rows,       // in rows rather than scattered
  regular,    // more evenly spread than luck would
  scattered,  // as luck would
};
[[nodiscard]] TimeShape time_shape(const WatchTally& tally);

// What separates failed rounds from good ones, the surest first. Empty when nothing does.
[[nodiscard]] std::vector<WatchPattern> watch_patterns(const WatchTally& tally);
// What could be looked at: it was known in failed and good rounds, and differed ("address", "rtt", …).
[[nodiscard]] std::vector<std::string> factors_compared(const WatchTally& tally);

}  // namespace rdpdoctor::report
