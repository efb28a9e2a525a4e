// What judges ask of the services that Remote Desktop needs. All pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "causes/engine/host_views.h"

namespace rdpdoctor::causes {

inline constexpr std::uint32_t start_disabled = 4;

[[nodiscard]] bool is_disabled(const evidence::ServiceFacts& service);
// Whether the account is NETWORK SERVICE, by the spellings that Windows takes; nullopt for one that can be it
// in another language.
[[nodiscard]] std::optional<bool> is_network_service(std::string_view account);
// "svchost.exe" of '"%SystemRoot%\System32\svchost.exe" -k NetworkService'.
[[nodiscard]] std::string program_of(std::string_view image_path);
// "termsrv.dll" of "C:\Windows\System32\termsrv.dll", in lower case.
[[nodiscard]] std::string file_name_of(std::string_view path);
// The path below the Windows folder, "system32\termsrv.dll", whatever drive it is on and however it is
// spelt; the whole path in lower case where it is not below one.
[[nodiscard]] std::string below_windows(std::string_view path);

// Remote Desktop is on, its service is not disabled and its listener has this port: as a clause, "" when that
// does not hold or could not be read whole.
[[nodiscard]] std::string should_listen(const HostFacts& host, std::uint16_t port);

}  // namespace rdpdoctor::causes
