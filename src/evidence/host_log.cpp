#include "evidence/host_log.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace rdpdoctor::evidence {
namespace {

constexpr std::string_view core_ts = "RemoteDesktopServices-RdpCoreTS";
constexpr std::string_view connection_manager = "TerminalServices-RemoteConnectionManager";

// Where not every event was kept, the log is known from the first on that was.
Instant first_kept(const CaseFile& c, const HostLog& log) {
  for (const Event& e : c.events) {
    if (tells_an_arrival(e) && lower(e.computer) == log.computer) return e.at;
  }
  return log.last;
}

}  // namespace

bool tells_an_arrival(const Event& e) {
  if (equal_ignoring_case(e.provider, core_ts)) return e.id == 131 || e.id == 65 || e.id == 98;
  return equal_ignoring_case(e.provider, connection_manager) && (e.id == 261 || e.id == 1158);
}

std::optional<HostLog> host_log(const CaseFile& c) {
  std::optional<HostLog> out;
  for (const EventCount& n : c.event_counts) {
    if (!equal_ignoring_case(n.provider, core_ts)) continue;
    std::string computer = lower(n.computer);
    if (out && out->computer != computer) return std::nullopt;
    if (!out) out = HostLog{computer, n.first, n.last, "", n.source};
    out->first = std::min(out->first, n.first);
  }
  if (!out) return out;
  for (const EventCount& n : c.event_counts) {
    if (lower(n.computer) == out->computer) out->last = std::max(out->last, n.last);
  }
  bool kept_whole = true;
  for (const SourceRead& read : c.sources) {
    bool of_it = lower(read.computer) == out->computer && read.channel.find("RdpCoreTS") != std::string::npos;
    if (!of_it) continue;
    if (read.damaged != 0) out->problem = read.problem.empty() ? read.source + " is damaged" : read.problem;
    kept_whole = kept_whole && read.left_out == 0;
  }
  if (!kept_whole) out->first = std::max(out->first, first_kept(c, *out));
  return out;
}

bool any_arrival(const CaseFile& c, const HostLog& log, Instant at, std::int64_t within_ms) {
  return std::any_of(c.events.begin(), c.events.end(), [&](const Event& e) {
    return tells_an_arrival(e) && lower(e.computer) == log.computer && std::abs(e.at.ms - at.ms) <= within_ms;
  });
}

}  // namespace rdpdoctor::evidence
