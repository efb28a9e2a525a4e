#include "report/sources.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "fmt/core.h"
#include "report/layout.h"

namespace rdpdoctor::report {
namespace {

using evidence::CaseFile;
using evidence::SourceRead;

bool is_container(const SourceRead& s) {
  return s.kind == "folder" || s.kind == "zip archive";
}

std::string clock_time(Instant at) {
  std::string text = to_rfc3339(at);  // 2026-11-20T02:14:03.123Z
  return text.size() < 19 ? text : text.substr(11, 8);
}

std::string_view noun_of(const SourceRead& s) {
  if (s.kind == "capture") return "packet";
  if (s.kind == "event log") return "event";
  if (s.kind == "case file") return "case";
  if (s.kind == "rdp file") return "setting";
  return "line";
}

// Whether anything of this case came out of it.
bool is_cited(const CaseFile& c, const SourceRead& s) {
  auto of_it = [&](const auto& entry) { return entry.source == s.source; };
  return std::ranges::any_of(c.connections, of_it) || std::ranges::any_of(c.events, of_it) ||
         std::ranges::any_of(c.event_counts, of_it) || std::ranges::any_of(c.told, of_it) ||
         std::ranges::any_of(c.rdp_settings, of_it);
}

std::string clock_words(const evidence::ClockOffset& o) {
  std::string pairs = count_of(o.pairs, "connection");
  double ms = std::abs(o.ahead_ms);
  if (ms < 500) return fmt::format("the clocks of {} and {} agree ({})", o.source, o.against, pairs);
  std::string by = ms < 120'000 ? fmt::format("{:.1f} s", ms / 1000) : span_words(std::lround(ms));
  std::string spread = o.spread_ms < 1000 ? "" : fmt::format(", within {:.1f} s", o.spread_ms / 1000);
  return fmt::format("{} is {} {} {} ({}{})", o.source, by, o.ahead_ms > 0 ? "ahead of" : "behind", o.against,
                     pairs, spread);
}

}  // namespace

bool from_files(const CaseFile& c) {
  return std::ranges::any_of(c.sources, [](auto& source) { return !source.inspected; });
}

std::string time_range(std::optional<Instant> first, std::optional<Instant> last) {
  if (!first || !last) return "";
  std::string from = date_of(*first) + " " + clock_time(*first);
  if (date_of(*first) != date_of(*last))
    return fmt::format("{} to {} {} UTC", from, date_of(*last), clock_time(*last));
  return clock_time(*first) == clock_time(*last) ? from + " UTC"
                                                 : fmt::format("{} to {} UTC", from, clock_time(*last));
}

std::string evidence_words(const CaseFile& c) {
  std::vector<std::string> parts;
  auto add = [&](std::size_t n, std::string_view noun) {
    if (n != 0) parts.push_back(count_of(n, noun));
  };
  add(c.connections.size(), "connection");
  add(c.udp.size(), "UDP exchange");
  add(c.events.size(), "event");
  add(c.told.size(), "sign");
  add(c.rdp_settings.size(), "setting");
  std::optional<Instant> first, last;
  auto take = [&](Instant at) {
    first = first ? std::min(*first, at) : at;
    last = last ? std::max(*last, at) : at;
  };
  for (const auto& k : c.connections) {
    if (k.seen) take(k.seen->at);
  }
  for (const auto& e : c.events) take(e.at);
  if (std::string range = time_range(first, last); !range.empty()) parts.push_back(std::move(range));
  return parts.empty() ? "no evidence" : join(parts, ", ");
}

std::string read_words(const SourceRead& s) {
  if (is_container(s)) {
    return fmt::format("{}, {} of {} read", s.kind, s.records - std::min(s.left_out, s.records),
                       count_of(s.records, "file"));
  }
  std::string out = s.kind;
  if (!s.computer.empty()) out += " of " + s.computer;
  out += ", " + count_of(s.records, noun_of(s));
  if (std::string range = time_range(s.first, s.last); !range.empty()) out += ", " + range;
  if (s.left_out != 0) out += fmt::format("; {} beyond what is kept left out", s.left_out);
  if (s.damaged != 0) out += "; " + count_of(s.damaged, "place") + " damaged";
  if (!s.problem.empty()) out += (s.damaged > 1 ? ", the first: " : s.damaged == 1 ? ": " : "; ") + s.problem;
  return out;
}

std::string sources_lines(const CaseFile& c, const TerminalStyle& style) {
  static constexpr std::size_t enough = 8;
  std::vector<const SourceRead*> shown;
  for (const SourceRead& s : c.sources) {
    bool broken = s.damaged != 0 || (!s.problem.empty() && (s.records != 0 || !s.inspected));
    bool matters = is_container(s) || is_cited(c, s) || broken;
    bool listed =
        s.inspected ? broken : c.sources.size() <= enough || matters;  // the ladder tells of a host's logs
    if (style.verbose || listed) shown.push_back(&s);
  }
  std::string out;
  for (const SourceRead* s : shown)
    out += hanging(out.empty() ? "  from   " : "         ", s->source + ": " + read_words(*s), style.width);
  if (std::size_t left = c.sources.size() - shown.size(); left != 0 && from_files(c))
    out += hanging("         ", fmt::format("{} more say nothing of this host (--verbose lists them)", left),
                   style.width);
  bool first = true;
  for (const auto& offset : c.clocks) {
    out += hanging(first ? "  clock  " : "         ", clock_words(offset), style.width);
    first = false;
  }
  return out.empty() ? "" : out + "\n";
}

}  // namespace rdpdoctor::report
