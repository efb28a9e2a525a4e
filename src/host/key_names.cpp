#include "host/key_names.h"

#include "base/text.h"

namespace rdpdoctor::host {
namespace {

constexpr std::string_view current_set = R"(hklm\system\currentcontrolset)";

}  // namespace

std::string normal_key(std::string_view key) {
  while (key.ends_with('\\')) key.remove_suffix(1);
  std::string out = lower(key);
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
  while (key.ends_with('\\')) key.remove_suffix(1);  // as normal_key does: the ends are of one length
  const std::string normal = normal_key(key);
  bool below = normal == current_set || normal.starts_with(std::string(current_set) + '\\');
  if (!below) return std::string(key);
  std::string out = R"(HKLM\SYSTEM\)";
  out += set;
  out += key.substr(key.size() - (normal.size() - current_set.size()));
  return out;
}

}  // namespace rdpdoctor::host
