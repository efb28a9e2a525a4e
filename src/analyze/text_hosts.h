// Which host a line of text names, and when it was written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace rdpdoctor::analyze {

// The host or address at the beginning of `text`, which stands behind words like "connecting to"; "" when
// what stands there is no name of another machine. "10.0.0.5:3389" without its port is "10.0.0.5".
[[nodiscard]] std::string host_at(std::string_view text);

// True for a line that begins as lines of logs do: a time, a date, or either in brackets.
[[nodiscard]] bool begins_as_log(std::string_view line);
// The time a line begins with, where it says the date and the zone: of others the instant is not known.
[[nodiscard]] std::optional<Instant> instant_at(std::string_view line);

}  // namespace rdpdoctor::analyze
