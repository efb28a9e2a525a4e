// The live line of a watch, and its changes in words.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "fmt/core.h"
#include "report/layout.h"
#include "report/watch_summary.h"

namespace rdpdoctor::report {
namespace {

constexpr std::size_t most_bars = 30;

struct Bars {
  std::vector<std::string_view> steps;
  std::string_view failed;
};
const Bars blocks{{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}, "✗"};
const Bars letters{{"_", ".", "-", "=", "+", "*", "#"}, "x"};

struct Range {
  double least = 0;
  double most = 0;
};

// Of the good rounds shown. Never so narrow that the jitter of a healthy path looks like a mountain range.
Range range_of(const WatchTally& tally, std::size_t shown) {
  Range range;
  bool any = false;
  for (std::size_t i = tally.recent().size() - shown; i < tally.recent().size(); ++i) {
    const WatchRound& r = tally.recent()[i];
    if (!r.healthy()) continue;
    range.least = any ? std::min(range.least, r.ms) : r.ms;
    range.most = any ? std::max(range.most, r.ms) : r.ms;
    any = true;
  }
  range.most = std::max({range.most, 2 * range.least, range.least + 5});
  return range;
}

std::string bars(const WatchTally& tally, const Bars& with) {
  std::size_t shown = std::min(tally.recent().size(), most_bars);
  Range range = range_of(tally, shown);
  std::string out;
  for (std::size_t i = tally.recent().size() - shown; i < tally.recent().size(); ++i) {
    const WatchRound& r = tally.recent()[i];
    double height = std::clamp((r.ms - range.least) / (range.most - range.least), 0.0, 1.0);
    auto step = static_cast<std::size_t>(std::lround(height * static_cast<double>(with.steps.size() - 1)));
    out += r.healthy() ? with.steps[step] : with.failed;
  }
  return out;
}

std::string counts(const WatchTally& tally) {
  std::vector<std::string> parts;
  for (const OutcomeCount& o : tally.outcomes()) parts.push_back(fmt::format("{} {}", o.rounds, o.outcome));
  return join(parts, ", ");
}

// The first `width` columns of it.
std::string cut(const std::string& text, std::size_t width) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins && ++seen > width) break;
  }
  return text.substr(0, at);
}

std::string facts(const WatchRound& r) {
  std::vector<std::string> parts;
  if (!r.address.empty()) parts.push_back(printable(r.address, 60));
  if (!r.computer.empty()) parts.push_back(printable(r.computer, 60));
  parts.push_back(fmt::format("{:.0f} ms", r.ms));
  if (!r.dead.empty()) parts.push_back("dead: " + printable(join(r.dead, ", "), 120));
  return join(parts, ", ");
}

}  // namespace

std::string watch_line(const WatchTally& tally, std::size_t width, bool utf8) {
  return cut(fmt::format("  {}  {}: {}", bars(tally, utf8 ? blocks : letters),
                         count_of(tally.rounds(), "round"), counts(tally)),
             width);
}

std::string watch_change_words(const WatchRound& r, const WatchChange& change) {
  std::string out = fmt::format("{}  {} ({})", to_rfc3339(r.at), r.outcome, facts(r));
  if (!change.before.empty() && change.before != r.outcome)
    out += fmt::format(", after {} {}", count_of(change.before_rounds, "round"), change.before);
  if (!change.seen_first.empty())
    out += fmt::format(", first time with this {}", join(change.seen_first, ", "));
  return out;
}

}  // namespace rdpdoctor::report
