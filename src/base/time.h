// Instants (wall clock) and durations. No clock is read here: the time is always an argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rdpdoctor {

// Milliseconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t ms = 0;
  auto operator<=>(const Instant&) const = default;
};

// A point on the monotonic clock, stamped by the driver.
using Moment = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

[[nodiscard]] inline double to_ms(Duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

[[nodiscard]] inline double us_to_ms(std::int64_t us) {
  return static_cast<double>(us) / 1000;
}

// Milliseconds rounded to whole microseconds, for output; what is too large for that stays as it is.
[[nodiscard]] double rounded_ms(double ms);

// 100 ns ticks since 1601-01-01, as Windows and NTLM write it. [MS-DTYP] 2.3.3
[[nodiscard]] Instant from_filetime(std::uint64_t ticks);
[[nodiscard]] std::uint64_t to_filetime(Instant instant);

// "2026-11-21T02:18:00Z"; milliseconds only when there are any. Years 0001 to 9999, otherwise clamped.
[[nodiscard]] std::string to_rfc3339(Instant instant);
[[nodiscard]] std::optional<Instant> from_rfc3339(std::string_view text);
[[nodiscard]] std::string date_of(Instant instant);  // "2026-11-21"

// Civil UTC time to Instant; no range check on days beyond 1..31.
[[nodiscard]] Instant from_civil(int year, int month, int day, int hour, int minute, int second);

// "3 minutes", "2 days", "183 days": the largest fitting unit, rounded down; negative as its absolute value.
[[nodiscard]] std::string span_words(std::int64_t ms);

}  // namespace rdpdoctor
