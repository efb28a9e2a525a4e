// Takes the listener's limit of connections away: MaxInstanceCount 0xffffffff.
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view limit = "MaxInstanceCount";
// The policy says "no limit" by 999999. [TerminalServer.admx, MaxInstanceCount]
constexpr std::uint32_t unlimited = 0xffffffff, unlimited_by_policy = 999999;

void plan(Planner& p) {
  const auto policy = p.number(terminal_services_policy, limit);
  const std::uint32_t* most = policy.get();
  if (most && (*most == unlimited_by_policy || *most == unlimited)) return;
  if (p.owned_by_policy(terminal_services_policy, limit, "how many connections the host takes")) return;
  if (!has_listener(p)) return;
  const auto now = p.number(rdp_tcp, limit);
  if (p.refused() || (!p.blind() && !now.get())) return;  // without the value there is no limit
  p.set(std::string(rdp_tcp), std::string(limit), dword(unlimited), "the listener has no limit of its own");
  if (p.running() && !p.refused()) p.note(std::string(counts_after_restart));
}

}  // namespace

Fix lift_instance_limit() {
  return {
      .id = "lift-instance-limit",
      .title = "The listener has no limit of connections.",
      .explanation =
          "Sets MaxInstanceCount of the listener RDP-Tcp to 0xffffffff, Windows' own value, which means no "
          "limit. It helps where the value is 0, by which some scripts mean the same and Windows means that "
          "nobody gets in, or where it is smaller than the number of users. It gives no more sessions than "
          "the edition and the licences of Windows allow. A limit that a policy sets is the policy's to "
          "change.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "when TermService starts the next time; on a disk when Windows starts",
      .verified_by = "instance-limit-zero is no longer found",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
