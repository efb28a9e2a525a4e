// How long a watch goes on: "90s", "10m", "2h", "3d".
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace rdpdoctor::cli {

// A second to 365 days; nothing for anything else.
[[nodiscard]] std::optional<Duration> span_of(std::string_view text);

// The log's name when none was given. "rdpdoctor-watch-srv-2026-11-21.jsonl"; what a file system could take
// amiss in a host becomes "_".
[[nodiscard]] std::string watch_log_name(std::string_view host, Instant at);

}  // namespace rdpdoctor::cli
