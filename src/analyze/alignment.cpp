#include "analyze/alignment.h"

#include <algorithm>

namespace rdpdoctor::analyze {
namespace {

constexpr std::int64_t widest_ms = 600'000;
constexpr std::int64_t alike_ms = 2'000;
constexpr std::size_t most_moments = 1'000;  // of each list, the newest: the work grows with their product

std::vector<std::int64_t> newest(const std::vector<std::int64_t>& list, std::size_t& skipped) {
  skipped = most_moments < list.size() ? list.size() - most_moments : 0;
  return {list.begin() + static_cast<std::ptrdiff_t>(skipped), list.end()};
}

// How many shifts lie within `alike_ms` from each on; the best place, and the best that does not overlap it.
struct Peaks {
  std::size_t best = 0;
  std::size_t best_at = 0;
  std::size_t second = 0;
};
Peaks peaks(const std::vector<std::int64_t>& shifts) {
  std::vector<std::size_t> counts(shifts.size());
  for (std::size_t from = 0, to = 0; from < shifts.size(); ++from) {
    while (to < shifts.size() && shifts[to] - shifts[from] <= alike_ms) ++to;
    counts[from] = to - from;
  }
  Peaks out;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (out.best < counts[i]) out.best = counts[i], out.best_at = i;
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    std::int64_t apart = shifts[i] - shifts[out.best_at];
    if (apart < -alike_ms || alike_ms < apart) out.second = std::max(out.second, counts[i]);
  }
  return out;
}

// Each left moment with the first free right one that the shift puts beside it.
std::vector<Pair> pairs_at(const std::vector<std::int64_t>& left, const std::vector<std::int64_t>& right,
                           std::int64_t shift) {
  std::vector<Pair> out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    while (next < right.size() && right[next] < left[i] + shift - alike_ms) ++next;
    if (next < right.size() && right[next] <= left[i] + shift + alike_ms) out.push_back({i, next++});
  }
  return out;
}

}  // namespace

std::int64_t median(std::vector<std::int64_t> values) {
  if (values.empty()) return 0;
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::optional<Alignment> align(const std::vector<std::int64_t>& left_ms,
                               const std::vector<std::int64_t>& right_ms) {
  std::size_t left_skipped = 0;
  std::size_t right_skipped = 0;
  std::vector<std::int64_t> left = newest(left_ms, left_skipped);
  std::vector<std::int64_t> right = newest(right_ms, right_skipped);
  std::vector<std::int64_t> shifts;
  for (std::int64_t l : left) {
    for (std::int64_t r : right) {
      if (-widest_ms <= r - l && r - l <= widest_ms) shifts.push_back(r - l);
    }
  }
  if (shifts.empty()) return std::nullopt;
  std::sort(shifts.begin(), shifts.end());
  Peaks found = peaks(shifts);
  bool only_one = shifts.size() == 1;
  bool clear = 2 <= found.best && 2 * found.second <= found.best;
  if (!only_one && !clear) return std::nullopt;
  std::vector<std::int64_t> together;
  for (std::int64_t s : shifts) {
    if (shifts[found.best_at] <= s && s <= shifts[found.best_at] + alike_ms) together.push_back(s);
  }
  Alignment out;
  out.ahead_ms = median(together);
  out.pairs = pairs_at(left, right, out.ahead_ms);
  for (Pair& p : out.pairs) p.left += left_skipped, p.right += right_skipped;
  return out;
}

}  // namespace rdpdoctor::analyze
