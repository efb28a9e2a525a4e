// Which connections to make next: a pure function of what is known so far. It is the probe's whole strategy;
// the run only starts what this asks for.
#pragma once

#include <optional>
#include <vector>

#include "evidence/case_file.h"

namespace rdpdoctor::probe {

// Some hosts limit incomplete connections, so a diagnosis stays small.
inline constexpr std::size_t most_connections_healthy = 12;
inline constexpr std::size_t most_connections_failing = 24;
inline constexpr std::size_t most_at_a_time = 4;
inline constexpr std::size_t most_addresses = 6;
inline constexpr std::size_t most_told_addresses = 3;
inline constexpr int last_repeat = 7;            // of those made alone: "standard again 7"
inline constexpr int last_repeat_in_doubt = 13;  // while all made alone pass

// What this machine can ask with, beside our own TLS.
struct Means {
  bool system_tls = false;  // "system": this system's own TLS, with its policy
};

// The attempts still worth making, most telling first, none that is in `c` already. Running ones are in `c`
// too, with what they know so far; `c.run.ms` is now. Empty: nothing more to ask until a running one tells
// something, or at all. When the same address answers some and drops others, the standard attempt is repeated
// alone: such a repeat comes only when no connection in `c` is open, and nothing comes while it is.
[[nodiscard]] std::vector<evidence::Asked> next_attempts(const evidence::CaseFile& c,
                                                         const Means& means = {});

// Whether `next`, the first of next_attempts(c), runs alone, or begins a few that have the path for
// themselves. The host should be given a moment before it, to notice that the connection before it is gone.
[[nodiscard]] bool runs_alone(const evidence::CaseFile& c, const evidence::Asked& next);

// How long the TLS answer of `next` is worth waiting for, when that is less than any other attempt may wait:
// where silence is what the experiment expects.
[[nodiscard]] std::optional<double> tls_patience_ms(const evidence::CaseFile& c, const evidence::Asked& next);

// What is worth a few echo requests more (plan_path.cpp): something was sent twice without being needless, or
// an echo is missing where others came; answers take far longer than the way is long; large packets may be
// lost where small ones pass.
[[nodiscard]] bool suspects_loss(const evidence::CaseFile& c);
[[nodiscard]] bool suspects_bandwidth(const evidence::CaseFile& c);
[[nodiscard]] bool suspects_sizes(const evidence::CaseFile& c);

}  // namespace rdpdoctor::probe
