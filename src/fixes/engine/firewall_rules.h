// Windows' firewall as fixes read and write it: its rules with the text they stand in, and its profiles.
// [MS-GPFAS] 2.2.2 and 2.2.3 name the policy's keys and values; the local ones are the same below
// SharedAccess.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fixes/engine/planner.h"
#include "formats/firewall_rule.h"

namespace rdpdoctor::fixes {

inline constexpr std::string_view
    firewall_local = R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy)",
    firewall_rules =
        R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules)",
    firewall_policy_rules = R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\FirewallRules)",
    firewall_managed_rules =
        R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\Mdm\FirewallRules)";

struct RuleThere {
  std::string name;        // of the value: "RemoteDesktop-UserMode-In-TCP", "{GUID}"
  std::uint32_t type = 0;  // of the value
  std::string text;        // "v2.31|Action=Allow|…|"
  formats::FirewallRule rule;
  bool local = false;  // the machine's own, not a policy's or a management's
};

// Of the machine, of policies and of device management. What is no rule is left out; a key that can't be read
// refuses the plan.
[[nodiscard]] std::vector<RuleThere> rules_there(Planner& p);

// The same text with Active=TRUE or FALSE, all else as it is.
[[nodiscard]] std::string switched(std::string_view rule_text, bool active);
// "v2.31" as the machine's own rules begin, else of Windows Server 2022.
[[nodiscard]] std::string version_of(const std::vector<RuleThere>& rules);

// A profile with what decides beside the rules.
struct FirewallProfileThere {
  std::string_view name;  // "Domain", "Private", "Public", as rules call it
  std::string key;        // of the local settings
  bool enabled = true;
  bool allows_in = false, blocks_out = false;  // what no rule is about
  bool no_exceptions = false;                  // blocks what comes in whatever the rules say
  bool no_exceptions_by_policy = false;
  bool local_rules_count = true;
};
[[nodiscard]] std::vector<FirewallProfileThere> firewall_profiles(Planner& p);

[[nodiscard]] bool holds_in(const formats::FirewallRule& rule, std::string_view profile);

}  // namespace rdpdoctor::fixes
