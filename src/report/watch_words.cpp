// When the failures of a watch came and with what, as clauses.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "fmt/core.h"
#include "report/watch_summary.h"

namespace rdpdoctor::report {
namespace {

// "02:11:03", with the day in front when the watch went over midnight.
std::string clock_of(Instant at, const WatchTally& tally) {
  std::string text = to_rfc3339(at);
  std::string clock = text.substr(11, 8);
  return date_of(tally.began()) == date_of(tally.last_round()) ? clock : text.substr(0, 10) + " " + clock;
}

std::string from_to(Instant from, Instant to, const WatchTally& tally) {
  return fmt::format("{} to {} UTC", clock_of(from, tally), clock_of(to, tally));
}

std::string row_words(const FailedRow& row) {
  std::string out = count_of(row.rounds, "round");
  return row.rounds < 2 ? out : out + ", " + span_words(row.to.ms - row.from.ms);
}

std::string_view noun(const std::string& factor) {
  if (factor == "rtt") return "round trip";
  if (factor == "path_mtu") return "path MTU";
  return factor;
}

std::string one_pattern(const WatchPattern& p) {
  return fmt::format("with {} {}: {} of {} failed, else {} of {}", noun(p.factor), printable(p.value, 80),
                     p.failed_with, p.rounds_with, p.failed_without, p.rounds_without);
}

}  // namespace

std::string time_words(const WatchTally& t) {
  Instant first = t.first_failure();
  Instant last = t.last_failure();
  switch (time_shape(t)) {
    case TimeShape::none: return "";
    case TimeShape::always: return "every round failed";
    case TimeShape::since:
      return fmt::format("from {} UTC on every round failed ({})", clock_of(first, t),
                         row_words(t.last_row()));
    case TimeShape::until:
      return fmt::format("every round failed until {} UTC, none since", clock_of(last, t));
    case TimeShape::once: return fmt::format("once, at {} UTC", clock_of(first, t));
    case TimeShape::one_row:
      return fmt::format("in one row, {} ({})", from_to(first, last, t), row_words(t.longest_row()));
    case TimeShape::window:
      return fmt::format("all within {}, {}", span_words(last.ms - first.ms), from_to(first, last, t));
    case TimeShape::rows:
      return fmt::format("in {}, the longest {}; {}", count_of(t.failed_rows(), "row"),
                         row_words(t.longest_row()), from_to(first, last, t));
    case TimeShape::regular:
      return fmt::format(
          "in a regular beat, about every {:.1f} rounds: what several machines taken in turn "
          "look like when one of them is ill",
          static_cast<double>(t.rounds()) / static_cast<double>(t.failed()));
    case TimeShape::scattered:
      return fmt::format("scattered, no pattern in time; {}; the longest row {}", from_to(first, last, t),
                         row_words(t.longest_row()));
  }
  return "";
}

std::string pattern_words(const WatchTally& t) {
  if (t.failed() == 0 || t.failed() == t.rounds()) return "";
  std::vector<std::string> parts;
  constexpr std::size_t enough = 3;
  std::vector<std::string> told;
  for (const WatchPattern& p : watch_patterns(t)) {
    // The second value of a factor says the same the other way round.
    bool again = std::ranges::find(told, p.factor) != told.end();
    if (again || parts.size() == enough) continue;
    told.push_back(p.factor);
    parts.push_back(one_pattern(p));
  }
  if (!parts.empty()) return join(parts, "; ");
  std::vector<std::string> compared;
  for (const std::string& f : factors_compared(t)) compared.emplace_back(noun(f));
  if (compared.empty()) return "address, machine, round trip and path MTU did not differ, or were not known";
  return "no pattern in " + join(compared, ", ");
}

std::string machine_words(const WatchTally& t) {
  std::map<std::string, std::size_t> rounds;
  for (const WatchRound& r : t.recent()) {
    if (r.certificate.empty() && r.computer.empty()) continue;
    std::string print = r.certificate.empty() ? "" : "certificate " + r.certificate.substr(0, 8);
    std::string who = r.computer;
    if (!who.empty() && !print.empty()) who += ", ";
    ++rounds[printable(who.append(print), 100)];
  }
  if (rounds.size() < 2) return "";
  constexpr std::size_t enough = 6;
  std::vector<std::string> parts;
  for (const auto& [machine, n] : rounds) {
    if (parts.size() == enough) break;
    parts.push_back(fmt::format("{} ({})", machine, count_of(n, "round")));
  }
  return fmt::format("{} answered: {}{}", count_of(rounds.size(), "machine"), join(parts, "; "),
                     rounds.size() > enough ? "; …" : "");
}

}  // namespace rdpdoctor::report
