// Switches the listener RDP-Tcp on: fEnableWinStation 1.
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view enabled = "fEnableWinStation";

void plan(Planner& p) {
  if (!has_listener(p)) return;
  const auto now = p.number(rdp_tcp, enabled);
  if (now.get() && *now.get() != 0) return;
  p.set(std::string(rdp_tcp), std::string(enabled), dword(1), "the listener RDP-Tcp is switched on");
  if (p.running() && !p.refused()) p.note(std::string(counts_after_restart));
}

}  // namespace

Fix enable_listener() {
  return {
      .id = "enable-listener",
      .title = "The listener RDP-Tcp is switched on.",
      .explanation =
          "Sets fEnableWinStation of the listener RDP-Tcp to 1. With 0 the service runs and nothing listens "
          "on "
          "the port. Whether Remote Desktop as a whole is on is another value: enable-remote-desktop. A "
          "listener whose key is gone is not made up: its values differ by version of Windows, and a healthy "
          "host of the same version has them.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "when TermService starts the next time; on a disk when Windows starts",
      .verified_by = "listener-disabled is no longer found",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
