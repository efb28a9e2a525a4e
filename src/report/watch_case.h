// The attempts of many rounds as one case file, so that the engine judges a watch as it judges a diagnosis.
#pragma once

#include <deque>

#include "evidence/case_file.h"
#include "report/watch_tally.h"

namespace rdpdoctor::report {

class WatchCase {
 public:
  static constexpr std::size_t most_kept = 100;  // failed ones, and as many good ones: the latest

  void add(evidence::CaseFile round);
  // "standard", "standard again 2", … in the order they were made. When every round failed from one moment
  // on, that is what is wrong: then only those since.
  [[nodiscard]] evidence::CaseFile merged(const WatchTally& tally) const;

 private:
  struct Kept {
    evidence::Connection connection;
    Instant round;
  };
  evidence::CaseFile frame_;  // the last round's, without its connections
  bool frame_has_connection_ = false;
  Instant began_;
  std::deque<Kept> failed_;
  std::deque<Kept> good_;
};

}  // namespace rdpdoctor::report
