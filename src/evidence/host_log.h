// What a host's own log says of connections that arrived, as far as the events of a case go.
#pragma once

#include <optional>
#include <string>

#include "evidence/case_file.h"

namespace rdpdoctor::evidence {

// RdpCoreTS 131 (or 65, 98) and RemoteConnectionManager 261: whatever Windows writes when a connection
// arrives.
[[nodiscard]] bool tells_an_arrival(const Event& e);

// The time in which a connection that arrived would stand in the log: from the first that was kept to the
// last event of that computer.
struct HostLog {
  std::string computer;  // lower case
  Instant first;
  Instant last;
  std::string problem;  // "" when it could be read whole
  std::string source;   // of RdpCoreTS, the first where there are several
};
// nullopt: no log of RdpCoreTS, or those of two computers.
[[nodiscard]] std::optional<HostLog> host_log(const CaseFile& c);

// Whether an arrival is logged within so many milliseconds of that moment, by the host's clock.
[[nodiscard]] bool any_arrival(const CaseFile& c, const HostLog& log, Instant at, std::int64_t within_ms);

// Without knowing how far the clocks are apart: no arrival within so long of a moment means none at it.
inline constexpr std::int64_t unknown_clock_ms = 900'000;

}  // namespace rdpdoctor::evidence
