// Judges whether the firewall holds so many rules that logons suffer.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// No number is documented. A host as installed has some hundred rules, each user some hundred more; those who
// tell of hanging logons counted tens and hundreds of thousands (Microsoft's Japanese support blog on the
// growth of firewall rules on Server 2016 and 2019; KB4467684, KB4490481).
constexpr std::uint32_t many = 10'000;

using Count = Fact<std::uint32_t>;

std::vector<const Count*> counts(const HostFacts& host) {
  return {&host.firewall.rules, &host.firewall.app_rules, &host.firewall.configurable_rules};
}

EvidenceLine cleaning(const HostFacts& host) {
  const evidence::NumberFact& fact = host.firewall.delete_app_rules;
  const std::uint32_t* value = fact.get();
  if (value && *value == 1)
    return line(fact, "DeleteUserAppContainersOnLogoff is 1: no more are added, but the old ones stay");
  return line(fact,
              "DeleteUserAppContainersOnLogoff is not 1: rules for each user's packages stay at logoff");
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  Found found{Certainty::possible, {}, false, ""};
  std::uint64_t all = 0;
  for (const Count* count : counts(*host)) {
    const std::uint32_t* n = count->get();
    all += n ? *n : 0;
    if (n && many <= *n) found.evidence.push_back(line(*count, count_of(*n, "rule")));
  }
  if (!found.evidence.empty()) {
    found.evidence.push_back(cleaning(*host));
    return found;
  }
  for (const Count* count : counts(*host))
    if (unreadable(*count)) return needs_reading(*count);
  return excluded(fmt::format("the firewall has {} ({})", count_of(static_cast<std::size_t>(all), "rule"),
                              host->firewall.rules.source));
}

}  // namespace

Cause firewall_rule_bloat() {
  return {
      .id = "firewall-rule-bloat",
      .title = "The host's firewall holds tens of thousands of rules, which slows logons.",
      .stage = Stage::session,
      .machine = Machine::host,
      .topic = Topic::firewall,
      .explanation =
          "With each logon Windows adds firewall rules for the user's packaged programs and, on hosts of "
          "many users or with profile disks, forgets to take them away. After months there are tens or "
          "hundreds of thousands. Logons take minutes or stay black, the Start menu does not open, and the "
          "firewall's service is busy. Server 2016 and 2019 delete them at logoff only when a value says so.",
      .tell_apart =
          "The longer ago the host was installed, the worse; new users suffer as much as old ones, and the "
          "rules are many thousands. One user alone with a black screen is profile-broken; a picture that "
          "freezes later is graphics-stall.",
      .advice =
          {"On the host, PowerShell, how many there are:   (Get-Item "
           "'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\"
           "FirewallRules').ValueCount",
           "On the host, as administrator, keep the rules first:   netsh advfirewall export C:\\firewall.wfw",
           "On the host, as administrator, have them deleted at logoff from now on (undo: reg delete):   reg "
           "add HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy /v "
           "DeleteUserAppContainersOnLogoff /t REG_DWORD /d 1 /f",
           "On the host, out of hours, PowerShell as administrator, the old rules of users (undo: netsh "
           "advfirewall import C:\\firewall.wfw):   Get-NetFirewallRule | Where-Object Owner | "
           "Remove-NetFirewallRule"},
      .signs = {{"black-screen", Certainty::possible, "too many firewall rules hold a logon up"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
