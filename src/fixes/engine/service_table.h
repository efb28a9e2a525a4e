// How Windows itself starts the services that Remote Desktop needs, and as whom TermService runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fixes/engine/planner.h"

namespace rdpdoctor::fixes {

inline constexpr std::uint32_t start_automatic = 2, start_manual = 3, start_disabled = 4;

struct OwnStart {
  std::string_view service;
  std::uint32_t start = start_automatic;
  bool early = false;  // starts with Windows and holds it up: nobody starts it by hand
};

// Windows' own start types, in the order in which the services need one another. Server 2012 to 2025 and
// Windows 8 to 11 agree on them [Microsoft, "Guidance on disabling system services on Windows Server"].
// Netlogon's is that of a member of a domain; TermDD is a driver of Windows up to 7.
inline constexpr OwnStart own_starts[] = {{"DcomLaunch", start_automatic, true},
                                          {"RpcEptMapper", start_automatic, true},
                                          {"RpcSs", start_automatic, true},
                                          {"LSM", start_automatic, true},
                                          {"nsi", start_automatic, true},
                                          {"BFE", start_automatic, true},
                                          {"mpssvc", start_automatic, true},
                                          {"TermDD", 1, true},
                                          {"Dhcp"},
                                          {"KeyIso", start_manual},
                                          {"CryptSvc"},
                                          {"LanmanWorkstation"},
                                          {"Netlogon"},
                                          {"SessionEnv", start_manual},
                                          {"CertPropSvc", start_manual},
                                          {"TermService", start_manual},
                                          {"UmRdpService", start_manual}};

// Whether somebody wants it at all: Netlogon is a domain's, Dhcp for addresses that come by it, TermDD where
// TermService depends on it.
[[nodiscard]] bool is_wanted(Planner& p, std::string_view service);

// Surely another account than NETWORK SERVICE: an account of this machine, a domain's or of Windows. Its name
// in another language can't be told from others, so that it is none.
[[nodiscard]] bool is_other_account(std::string_view account);
// "svchost.exe" of a service's ImagePath.
[[nodiscard]] std::string program_of(std::string_view image_path);

}  // namespace rdpdoctor::fixes
