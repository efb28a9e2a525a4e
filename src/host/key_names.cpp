#include "host/key_names.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/hive_names.h"

namespace rdpdoctor::host {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::string folded(std::string_view name) {
  if (is_ascii(name)) return lower(name);
  std::u16string units = formats::hive_name(name);
  std::ranges::transform(units, units.begin(), formats::upper_case);
  return lower(formats::to_utf8(units));
}

bool same_name(std::string_view a, std::string_view b) {
  if (is_ascii(a) && is_ascii(b)) return equal_ignoring_case(a, b);
  return formats::same_name(formats::hive_name(a), formats::hive_name(b));
}

std::string normal_key(std::string_view key) {
  while (key.ends_with('\\')) key.remove_suffix(1);
  std::string out = folded(key);
  for (auto [longer, shorter] :
       {std::pair<std::string_view, std::string_view>{"hkey_local_machine", "hklm"}, {"hkey_users", "hku"}})
    if (out.starts_with(longer)) out.replace(0, longer.size(), shorter);
  return out;
}

std::string parent_of(std::string_view path) {
  std::size_t at = path.rfind('\\');
  return at == std::string_view::npos ? std::string() : std::string(path.substr(0, at));
}

std::string last_part(std::string_view path) {
  return std::string(path.substr(path.rfind('\\') + 1));  // npos + 1 is 0
}

std::string control_set_name(std::uint32_t number) {
  std::string digits = std::to_string(number);
  return "ControlSet" + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

std::string with_control_set(std::string_view key, std::string_view set) {
  while (key.ends_with('\\')) key.remove_suffix(1);
  for (std::string_view current :
       {R"(HKLM\SYSTEM\CurrentControlSet)", R"(HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet)"}) {
    const std::string_view rest = key.substr(std::min(key.size(), current.size()));
    bool below = equal_ignoring_case(key.substr(0, current.size()), current) &&
                 (rest.empty() || rest.starts_with('\\'));
    if (below) return fmt::format(R"(HKLM\SYSTEM\{}{})", set, rest);
  }
  return std::string(key);
}

}  // namespace rdpdoctor::host
