// Names of registry keys and paths, compared as Windows does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rdpdoctor::host {

// For comparing: two names that Windows takes for the same give the same. Not for showing.
[[nodiscard]] std::string folded(std::string_view name);
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);
// Folded, HKEY_LOCAL_MACHINE and HKEY_USERS as HKLM and HKU, no backslash at the end. Of the memory host
// "CurrentControlSet" is a key like others: what is set there is the current set's.
[[nodiscard]] std::string normal_key(std::string_view key);
// Up to the last backslash; "" above the first part.
[[nodiscard]] std::string parent_of(std::string_view path);
[[nodiscard]] std::string last_part(std::string_view path);
[[nodiscard]] std::string control_set_name(std::uint32_t number);  // "ControlSet001"
// HKLM\SYSTEM\CurrentControlSet\… with `set` in place of CurrentControlSet; other keys as they are.
[[nodiscard]] std::string with_control_set(std::string_view key, std::string_view set);

}  // namespace rdpdoctor::host
