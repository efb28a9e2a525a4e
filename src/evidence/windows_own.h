// What Windows itself sets or asks for, where both judges and fixes have to know it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace rdpdoctor::evidence {

// LoadableProtocol_Object: since Windows 8, and of Windows 7 and Server 2008 R2. Read in registries of both.
inline constexpr std::string_view own_protocol_objects[] = {"{5828227c-20cf-4408-b73f-73ab70b8849f}",
                                                            "{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}"};

// Whether a certificate with this extended key usage may be the listener's. Without any there is no limit, or
// one that can't be read.
[[nodiscard]] inline bool serves_remote_desktop(const std::vector<std::string>& extended_key_usage) {
  static constexpr std::string_view purposes[] = {
      "1.3.6.1.5.5.7.3.1",        // serverAuth, RFC 5280 4.2.1.12
      "2.5.29.37.0",              // anyExtendedKeyUsage
      "1.3.6.1.4.1.311.54.1.2"};  // Windows: Remote Desktop Authentication
  return extended_key_usage.empty() || std::ranges::any_of(extended_key_usage, [](const std::string& oid) {
           return std::ranges::count(purposes, oid) != 0;
         });
}

}  // namespace rdpdoctor::evidence
