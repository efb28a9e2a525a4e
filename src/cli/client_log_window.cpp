#include "cli/client_log_window.h"

#include <algorithm>

#include "base/text.h"
#include "cli/watch_time.h"
#include "fmt/core.h"

namespace rdpdoctor::cli {
namespace {

constexpr std::int64_t around_ms = std::int64_t{5} * 60 * 1000;

std::int64_t whole_ms(Duration d) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}

// With a fraction always, as Event Viewer writes it.
std::string query_time(Instant at) {
  std::string text = to_rfc3339(at);
  if (!text.contains('.')) text.insert(text.size() - 1, ".000");
  return text;
}

}  // namespace

Result<LogWindow> log_window(const std::string& since, const std::string& around, Instant now) {
  if (!around.empty()) {
    const auto at = from_rfc3339(around);
    if (!at)
      return std::unexpected(
          Error{"--around " + printable(around), ErrorKind::usage, 0, "a time such as 2026-11-21T14:05:00Z"});
    return LogWindow{{at->ms - around_ms}, Instant{at->ms + around_ms}};
  }
  const auto span = span_of(since.empty() ? "15m" : since);
  if (!span)
    return std::unexpected(
        Error{"--since " + printable(since), ErrorKind::usage, 0, "a span such as 90s, 15m, 2h or 1d"});
  return LogWindow{{now.ms - whole_ms(*span)}, std::nullopt};
}

std::string event_query(const ClientLogChannel& of, const LogWindow& window) {
  const std::string provider =
      of.provider.empty() ? "" : fmt::format("Provider[@Name='{}'] and ", of.provider);
  const std::string until =
      window.to ? fmt::format(" and @SystemTime<='{}'", query_time(*window.to)) : std::string();
  return fmt::format("*[System[{}TimeCreated[@SystemTime>='{}'{}]]]", provider, query_time(window.from),
                     until);
}

std::string member_name(std::string_view channel) {
  std::string name(channel);
  std::ranges::replace(name, '/', '_');
  return name + ".xml";
}

}  // namespace rdpdoctor::cli
