// Values of the registry as numbers and texts, whatever host they come from. A value of another type than
// asked for is unreadable, and says so.
#pragma once

#include "host/host.h"

namespace rdpdoctor::host {

// Types of registry values, [MS-RRP] 2.2.9.
inline constexpr std::uint32_t reg_none = 0, reg_sz = 1, reg_expand_sz = 2, reg_binary = 3, reg_dword = 4,
                               reg_dword_big_endian = 5, reg_link = 6, reg_multi_sz = 7, reg_qword = 11;
// "REG_DWORD"; "type 18" for what has no name.
[[nodiscard]] std::string type_name(std::uint32_t type);

[[nodiscard]] Reading<std::uint32_t> as_dword(const Reading<RegistryValue>& value);
[[nodiscard]] Reading<std::uint64_t> as_qword(const Reading<RegistryValue>& value);
// REG_SZ and REG_EXPAND_SZ (unexpanded) as UTF-8, without the NUL at its end.
[[nodiscard]] Reading<std::string> as_text(const Reading<RegistryValue>& value);
// REG_MULTI_SZ, or a single REG_SZ.
[[nodiscard]] Reading<std::vector<std::string>> as_texts(const Reading<RegistryValue>& value);
[[nodiscard]] Reading<Bytes> as_bytes(const Reading<RegistryValue>& value);  // of any type

// "HKLM\SYSTEM\ControlSet001\Control\Terminal Server: fDenyTSConnections", to cite.
[[nodiscard]] std::string value_source(Host& host, std::string_view key, std::string_view name);

}  // namespace rdpdoctor::host
