// "6 event logs, 482113 records; 311 of Remote Desktop, the last on 2026-11-20; 1 can't be read".
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {

StageLine logs_line(const evidence::CaseFile& c) {
  StageLine line{.outcome = Outcome::skipped, .summary = "no event log", .topic = evidence::Topic::logs};
  std::size_t logs = 0, unread = 0, damaged = 0;
  std::uint64_t records = 0;
  std::optional<Instant> last;
  for (const evidence::SourceRead& read : c.sources) {
    if (!read.inspected) continue;
    bool opened = read.records != 0 || read.problem.empty();
    ++(opened ? logs : unread);
    damaged += opened && read.damaged != 0 ? 1 : 0;
    records += read.records;
    if (read.last) last = std::max(last.value_or(*read.last), *read.last);
  }
  if (logs == 0 && unread == 0) return line;
  std::uint64_t of_interest = 0;
  for (const evidence::EventCount& n : c.event_counts) of_interest += n.times;
  std::vector<std::string> parts;
  parts.push_back(fmt::format("{}, {}", count_of(logs, "event log"),
                              count_of(static_cast<std::size_t>(records), "record")));
  if (last) parts.push_back(fmt::format("{} of interest, the last on {}", of_interest, date_of(*last)));
  if (damaged != 0) parts.push_back(fmt::format("{} damaged in places", damaged));
  if (unread != 0) parts.push_back(fmt::format("{} not read", unread));
  line.outcome = unread == 0 && damaged == 0 ? Outcome::passed : Outcome::skipped;
  line.summary = join(parts, "; ");
  return line;
}

}  // namespace rdpdoctor::report
