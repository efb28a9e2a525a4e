// How far two clocks are apart, from the moments at which each saw the same things, when nothing else tells
// which is which.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace rdpdoctor::analyze {

struct Pair {
  std::size_t left = 0;  // indices into the two lists
  std::size_t right = 0;
};
struct Alignment {
  std::int64_t ahead_ms = 0;  // of the right clock
  std::vector<Pair> pairs;    // each moment at most once
};

// The one shift by which the most moments meet within two seconds, at most ten minutes either way; nothing
// when another shift does nearly as well, or when only one pair meets and it could be another.
[[nodiscard]] std::optional<Alignment> align(const std::vector<std::int64_t>& left_ms,
                                             const std::vector<std::int64_t>& right_ms);

// The middle of the values; 0 for none.
[[nodiscard]] std::int64_t median(std::vector<std::int64_t> values);

}  // namespace rdpdoctor::analyze
