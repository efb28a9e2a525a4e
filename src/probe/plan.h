// Which connections to make next: a pure function of what is known so far. It is the probe's whole strategy;
// the run only starts what this asks for.
#pragma once

#include <vector>

#include "evidence/case_file.h"

namespace rdpdoctor::probe {

// Some hosts limit incomplete connections, so a diagnosis stays small.
inline constexpr std::size_t most_connections_healthy = 12;
inline constexpr std::size_t most_connections_failing = 24;
inline constexpr std::size_t most_at_a_time = 4;
inline constexpr std::size_t most_addresses = 6;

// The attempts still worth making, most telling first, none that is in `c` already. Running ones are in `c`
// too, with what they know so far. Empty: nothing more to ask until a running one tells something, or at all.
[[nodiscard]] std::vector<evidence::Asked> next_attempts(const evidence::CaseFile& c);

}  // namespace rdpdoctor::probe
