// The settings of .rdp files that matter for connecting, and what their values mean. The many others (sound,
// displays, redirection) change nothing in whether a connection succeeds.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rdpdoctor::codes {

struct RdpSettingValue {
  std::string_view value;    // "" for any other
  std::string_view meaning;  // lower case, no full stop
};
struct RdpSettingInfo {
  std::string_view name;  // lower case
  std::string_view what;  // what it decides, lower case
  std::span<const RdpSettingValue> values;
};

[[nodiscard]] std::span<const RdpSettingInfo> all_rdp_settings();  // in the order they come into play
[[nodiscard]] const RdpSettingInfo* find_rdp_setting(std::string_view name);
// What this value means for connecting; "" when the value says it all (a name, a port).
[[nodiscard]] std::string_view rdp_setting_meaning(std::string_view name, std::string_view value);

}  // namespace rdpdoctor::codes
