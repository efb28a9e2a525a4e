// Turns Remote Desktop on: fDenyTSConnections 0.
#include "fixes/engine/fix.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view key = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)",
                           policy = R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services)",
                           deny = "fDenyTSConnections";

void plan(Planner& p) {
  if (p.owned_by_policy(policy, deny, "whether Remote Desktop is on")) return;
  p.set(std::string(key), std::string(deny), dword(0), "Remote Desktop is on");
}

}  // namespace

Fix enable_remote_desktop() {
  return {
      .id = "enable-remote-desktop",
      .title = "Remote Desktop is turned on.",
      .explanation =
          "Sets fDenyTSConnections of the machine to 0, which is what Settings > System > Remote Desktop "
          "does. "
          "The firewall is another matter: open-firewall-port. Where a policy turns Remote Desktop off "
          "nothing "
          "is written, since the next refresh would undo it: the policy has to be changed.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "at once; on a disk when Windows starts",
      .verified_by = "remote-desktop-disabled is no longer found",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
