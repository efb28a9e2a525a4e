#include "report/watch_patterns.h"

#include <algorithm>
#include <functional>
#include <map>

#include "base/chance.h"
#include "fmt/core.h"

namespace rdpdoctor::report {
namespace {

constexpr double surely = 0.01;
constexpr std::size_t most_values = 32;  // of one factor: beyond that it separates nothing

struct Count {
  std::size_t failed = 0;
  std::size_t all = 0;
};

struct Factor {
  std::string name;
  std::map<std::string, Count> values;
  Count known;  // rounds in which it was known
};

void add(Factor& f, const std::string& value, bool failed) {
  if (value.empty() || (f.values.size() >= most_values && !f.values.contains(value))) return;
  for (Count* c : {&f.values[value], &f.known}) {
    ++c->all;
    c->failed += failed ? 1 : 0;
  }
}

Factor texts(const WatchTally& tally, std::string name,
             const std::function<std::string(const WatchRound&)>& value) {
  Factor f{std::move(name), {}, {}};
  for (const WatchRound& r : tally.recent()) add(f, value(r), !r.healthy());
  return f;
}

// Round trips above and below the middle one.
Factor round_trips(const WatchTally& tally) {
  std::vector<double> all;
  for (const WatchRound& r : tally.recent()) {
    if (r.rtt_ms) all.push_back(*r.rtt_ms);
  }
  Factor f{"rtt", {}, {}};
  if (all.size() < 4) return f;
  auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::ranges::nth_element(all, middle);
  double split = *middle;
  std::string above = fmt::format(">= {:.3g} ms", split);
  std::string below = fmt::format("< {:.3g} ms", split);
  for (const WatchRound& r : tally.recent()) {
    if (r.rtt_ms) add(f, *r.rtt_ms >= split ? above : below, !r.healthy());
  }
  return f;
}

std::vector<Factor> factors(const WatchTally& tally) {
  return {texts(tally, "address", [](auto& r) { return r.address; }),
          texts(tally, "computer", [](auto& r) { return r.computer; }),
          texts(tally, "certificate", [](auto& r) { return r.certificate; }),
          texts(tally, "path_mtu",
                [](auto& r) { return r.path_mtu ? std::to_string(*r.path_mtu) : std::string(); }),
          round_trips(tally)};
}

bool comparable(const Factor& f) {
  return f.values.size() >= 2 && f.known.failed != 0 && f.known.failed != f.known.all;
}

// The chance that all failures fall into so short a part of the watch, wherever it lies.
double chance_of_window(const WatchTally& tally) {
  std::size_t width = tally.last_failed_round() - tally.first_failed_round() + 1;
  std::size_t places = tally.rounds() - width + 1;
  return static_cast<double>(places) * chance_of_share(tally.failed(), width, 0, tally.rounds() - width);
}

}  // namespace

TimeShape time_shape(const WatchTally& tally) {
  std::size_t failed = tally.failed();
  std::size_t all = tally.rounds();
  if (failed == 0) return TimeShape::none;
  if (failed == all) return TimeShape::always;
  constexpr std::size_t enough = 3;
  if (tally.failed_rows() == 1 && failed >= enough) {
    if (tally.fails_now()) return TimeShape::since;
    return tally.failed_at_first() ? TimeShape::until : TimeShape::one_row;
  }
  if (failed == 1) return TimeShape::once;
  if (failed >= enough && chance_of_window(tally) < surely) return TimeShape::window;
  if (chance_of_few_rows(tally.failed_rows(), failed, all) < surely) return TimeShape::rows;
  if (chance_of_many_rows(tally.failed_rows(), failed, all) < surely) return TimeShape::regular;
  return TimeShape::scattered;
}

std::vector<std::string> factors_compared(const WatchTally& tally) {
  std::vector<std::string> out;
  for (const Factor& f : factors(tally)) {
    if (comparable(f)) out.push_back(f.name);
  }
  return out;
}

std::vector<WatchPattern> watch_patterns(const WatchTally& tally) {
  std::vector<WatchPattern> all;
  for (const Factor& f : factors(tally)) {
    if (!comparable(f)) continue;
    // One outage is one event, however many rounds it lasts: what drifts with time would always fit it.
    if (f.name == "rtt" && tally.failed_rows() < 3) continue;
    for (const auto& [value, count] : f.values) {
      WatchPattern p{
          f.name, value, count.failed, count.all, f.known.failed - count.failed, f.known.all - count.all, 1};
      p.chance = chance_of_share(p.failed_with, p.rounds_with, p.failed_without, p.rounds_without);
      all.push_back(std::move(p));
    }
  }
  // The more places one looks at, the sooner luck shows a pattern in one of them.
  for (WatchPattern& p : all) p.chance = std::min(1.0, p.chance * static_cast<double>(all.size()));
  std::erase_if(all, [](const WatchPattern& p) { return p.chance >= surely; });
  std::ranges::stable_sort(all, {}, &WatchPattern::chance);
  return all;
}

}  // namespace rdpdoctor::report
