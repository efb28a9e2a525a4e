// The lines of a watch's log: one JSON object each, schema rdpdoctor.watch/1. All without the newline.
#pragma once

#include "report/watch_tally.h"

namespace rdpdoctor::report {

inline constexpr std::size_t rounds_between_heartbeats = 60;

[[nodiscard]] std::string watch_log_start(const evidence::Target& target, Instant at, double interval_ms,
                                          double timeout_ms);
[[nodiscard]] std::string watch_log_change(const WatchRound& r, const WatchChange& change);
[[nodiscard]] std::string watch_log_heartbeat(const WatchTally& tally);
[[nodiscard]] std::string watch_log_end(const WatchTally& tally, Instant at, bool interrupted);

// Whether a file that begins with this line may be appended to.
[[nodiscard]] bool is_watch_log(std::string_view first_line);

}  // namespace rdpdoctor::report
