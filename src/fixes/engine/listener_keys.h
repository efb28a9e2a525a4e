// Keys of the registry that several fixes of Remote Desktop's host read and write.
#pragma once

#include <string>
#include <string_view>

#include "fixes/engine/planner.h"

namespace rdpdoctor::fixes {

inline constexpr std::string_view
    terminal_server = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)",
    stations = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations)",
    rdp_tcp = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp)",
    terminal_services_policy = R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services)",
    services_key = R"(HKLM\SYSTEM\CurrentControlSet\Services)";

// What a listener's setting needs on a machine that runs until it counts.
inline constexpr std::string_view counts_after_restart =
    "it counts once TermService was restarted, which ends all sessions: restart-remote-desktop-services";

// Whether the listener RDP-Tcp is there; if not the plan is refused: a key with hundreds of values that
// differ by version can't be made up. True when no machine is at hand.
[[nodiscard]] bool has_listener(Planner& p);

// CurrentBuildNumber; nullopt where it is not there or is no number.
[[nodiscard]] std::optional<std::uint32_t> build_of(Planner& p);

// One key is not there, or can't be read; the latter refuses the plan. False when no machine is at hand.
[[nodiscard]] bool key_is_there(Planner& p, std::string_view key);
// The same of a file.
[[nodiscard]] bool file_is_there(Planner& p, std::string_view path);

}  // namespace rdpdoctor::fixes
