// Lets mstsc.exe out of the client: outbound rules that block it are switched off, and where everything is
// blocked that no rule allows, it gets one.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/firewall_rules.h"
#include "fixes/engine/fix.h"
#include "fmt/core.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view program = R"(%SystemRoot%\system32\mstsc.exe)";
constexpr std::uint32_t tcp = 6, udp = 17;

bool names_mstsc(const formats::FirewallRule& rule) {
  std::string path = rule.program;
  std::ranges::replace(path, '/', '\\');
  return host::same_name(host::last_part(path), "mstsc.exe");
}

// All programs, or none by name: it is meant for more than Remote Desktop.
bool blocks_all_programs(const formats::FirewallRule& rule) {
  const bool ports = rule.protocol == tcp || rule.protocol == udp || rule.protocol == 256;
  return rule.program.empty() && rule.service.empty() && ports;
}

void switch_off_blocks(Planner& p, const std::vector<RuleThere>& rules) {
  for (const RuleThere& rule : rules) {
    if (!rule.rule.active || rule.rule.direction != "out" || rule.rule.action != "block") continue;
    const std::string name = printable(rule.name, 80);
    if (names_mstsc(rule.rule) && !rule.local)
      return p.refuse(
          fmt::format("the rule {}, which a policy sets, blocks mstsc.exe: change it there", name));
    if (names_mstsc(rule.rule))
      p.set(std::string(firewall_rules), rule.name, text(switched(rule.text, false), rule.type),
            "the rule that blocks mstsc.exe is switched off");
    else if (blocks_all_programs(rule.rule))
      p.note(
          fmt::format("the rule {} blocks what goes out of every program{}: see what it is for; an allowing "
                      "rule beside it does not beat it",
                      name, rule.rule.limits.empty() ? "" : ", where " + join(rule.rule.limits, ", ")));
  }
}

bool may_go_out(const std::vector<RuleThere>& rules, const FirewallProfileThere& profile,
                std::uint32_t protocol) {
  return std::ranges::any_of(rules, [&](const RuleThere& rule) {
    const bool allows = rule.rule.active && rule.rule.direction == "out" && rule.rule.action != "block";
    const bool fits = (names_mstsc(rule.rule) || blocks_all_programs(rule.rule)) &&
                      (rule.rule.protocol == protocol || rule.rule.protocol == 256);
    return allows && fits && rule.rule.limits.empty() && holds_in(rule.rule, profile.name) &&
           (!rule.local || profile.local_rules_count);
  });
}

void allow(Planner& p, const std::vector<RuleThere>& rules, std::uint32_t protocol) {
  const std::string_view word = protocol == udp ? "UDP" : "TCP";
  p.set(std::string(firewall_rules), fmt::format("RemoteDesktop-rdpdoctor-Out-{}", word),
        text(fmt::format("{}|Action=Allow|Active=TRUE|Dir=Out|Protocol={}|App={}|Name=Remote Desktop client, "
                         "{} (rdpdoctor)|",
                         version_of(rules), protocol, program, word)),
        fmt::format("a rule lets mstsc.exe out by {}", word));
}

void plan(Planner& p) {
  const auto rules = rules_there(p);
  const auto profiles = firewall_profiles(p);
  if (p.refused()) return;
  switch_off_blocks(p, rules);
  for (const std::uint32_t protocol : {tcp, udp}) {
    const bool kept_in = std::ranges::any_of(profiles, [&](const auto& profile) {
      return profile.enabled && profile.blocks_out && !may_go_out(rules, profile, protocol);
    });
    if (p.blind() || kept_in) allow(p, rules, protocol);
  }
  if (p.blind())
    p.note(
        "a rule that blocks mstsc.exe wins over this one: on the client, PowerShell: Get-NetFirewallRule "
        "-Direction Outbound -Action Block -Enabled True");
  if (p.running() && !p.for_script())
    p.note(
        "a rule that is switched off counts no more at once where the firewall's interface can be asked; one "
        "that is made new counts when Windows starts");
  if (p.for_script())
    p.note("the firewall's service reads these rules when Windows starts: restart the client");
}

}  // namespace

Fix allow_mstsc_through_firewall() {
  return {
      .id = "allow-mstsc-through-firewall",
      .title = "The client's firewall lets mstsc.exe out.",
      .explanation =
          "On the client: switches off outbound rules of the machine that block mstsc.exe by name. Where the "
          "firewall blocks everything that no rule allows, it adds one for mstsc.exe (TCP, UDP), and only "
          "there: by default what goes out is allowed, and an allowing rule does not beat one that blocks. "
          "Rules that block a port or every program are named and left alone, as are a policy's and those of "
          "other products. \"rdp.exe\", which some pages want allowed, is no program of Windows.",
      .side = Side::client,
      .risk = Risk::low,
      .takes_effect = "when the client's Windows starts, or when its firewall reads the rules again",
      .verified_by = "client-firewall-blocks is no longer found when the client diagnoses the host again",
      .article = "allow the Remote Desktop program in the firewall",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
