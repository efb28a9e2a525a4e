#include "cli/watch_time.h"

#include "base/text.h"

namespace rdpdoctor::cli {

std::optional<Duration> span_of(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  std::int64_t unit_s = 0;
  switch (text.back()) {
    case 's': unit_s = 1; break;
    case 'm': unit_s = 60; break;
    case 'h': unit_s = 3600; break;
    case 'd': unit_s = 86400; break;
    default: return std::nullopt;
  }
  constexpr std::int64_t most_s = std::int64_t{365} * 86400;
  auto number = decimal<std::int64_t>(text.substr(0, text.size() - 1));
  if (!number || *number < 1 || *number > most_s / unit_s) return std::nullopt;
  return std::chrono::seconds(*number * unit_s);
}

std::string watch_log_name(std::string_view host, Instant at) {
  std::string name;
  for (char c : host.substr(0, 100)) {
    bool plain =
        ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '.' || c == '-';
    name += plain ? c : '_';
  }
  return "rdpdoctor-watch-" + name + "-" + date_of(at) + ".jsonl";
}

}  // namespace rdpdoctor::cli
