#include "formats/hosts_file.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  std::string_view word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

// Four decimal numbers; the shorter and octal forms of old are nobody's address here.
bool is_ipv4(std::string_view text) {
  std::vector<std::string_view> parts = split(text, '.');
  return parts.size() == 4 && std::ranges::all_of(parts, [](std::string_view part) {
           bool plain = part.size() == 1 || !part.starts_with('0');
           return plain && decimal<std::uint8_t>(part).has_value();
         });
}

bool is_group(std::string_view text) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return !text.empty() && text.size() <= 4 && error == std::errc{} && end == text.data() + text.size();
}

// How many of the eight groups a side of "::" has, an IPv4 tail counting two; none when one of them is no
// group. RFC 4291 2.2
std::optional<std::size_t> groups(std::string_view side) {
  if (side.empty()) return 0;
  std::vector<std::string_view> parts = split(side, ':');
  std::size_t more = 0;
  if (parts.back().find('.') != std::string_view::npos) {
    if (!is_ipv4(parts.back())) return std::nullopt;
    parts.pop_back();
    more = 2;
  }
  if (!std::ranges::all_of(parts, is_group)) return std::nullopt;
  return parts.size() + more;
}

bool is_ipv6(std::string_view text) {
  std::size_t percent = text.find('%');  // a scope, RFC 4007 11
  if (percent != std::string_view::npos && percent + 1 == text.size()) return false;
  text = text.substr(0, percent);
  std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return groups(text) == std::size_t{8};
  std::string_view left = text.substr(0, gap);
  std::string_view right = text.substr(gap + 2);
  auto before = groups(left);
  auto after = groups(right);
  bool tail_first = left.find('.') != std::string_view::npos;  // IPv4 stands only at the end
  return before && after && !tail_first && *before + *after < 8;
}

std::string_view without_last_dot(std::string_view name) {
  return 1 < name.size() && name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

}  // namespace

std::vector<HostsEntry> find_in_hosts(std::string_view text, std::string_view name) {
  std::vector<HostsEntry> found;
  name = without_last_dot(name);
  if (name.empty()) return found;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = line.substr(0, line.find('#'));
    std::string_view address = next_word(line);
    if (!is_ipv4(address) && !is_ipv6(address)) continue;
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
      if (!equal_ignoring_case(without_last_dot(word), name)) continue;
      found.push_back({number, std::string(address)});
      break;
    }
  }
  return found;
}

}  // namespace rdpdoctor::formats
