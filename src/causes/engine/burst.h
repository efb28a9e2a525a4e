// What a burst of connections showed of limits on their number. All pure.
#pragma once

#include <optional>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

// The connections of one phase of the burst whose fate is known, in the order they were begun.
struct BurstPhase {
  std::size_t answered = 0;
  std::size_t dropped = 0;
  std::size_t answered_first = 0;  // before the first drop
  double in_order = 1;             // share of (answered, dropped) pairs of which the answered one began first
  double began_ms = 0;
  double ended_ms = 0;  // since the run began
  [[nodiscard]] std::size_t all() const { return answered + dropped; }
};
[[nodiscard]] BurstPhase burst_phase(const CaseFile& c, std::string_view phase);

// The verdict on a limit as far as the burst tells; nothing when there was none, or it says nothing.
[[nodiscard]] std::optional<Verdict> after_burst(const CaseFile& c);

}  // namespace rdpdoctor::causes
