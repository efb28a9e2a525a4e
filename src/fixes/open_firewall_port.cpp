// Has Windows' firewall admit clients to the port that the listener has: by Windows' own rules for Remote
// Desktop where these are for it, else by a rule of its own.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/firewall_rules.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/last_network.h"
#include "fixes/engine/listener_keys.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

using Names = std::vector<std::string>;

constexpr std::uint16_t usual_port = 3389;
constexpr std::uint32_t tcp = 6, udp = 17, any_protocol = 256;
// Since Windows 8 and Server 2012 the service itself listens, and on UDP too; before, the kernel did.
constexpr std::uint32_t first_user_mode = 9200;

std::string_view word(std::uint32_t protocol) {
  return protocol == udp ? "UDP" : "TCP";
}

struct Opening {
  std::uint16_t port = usual_port;
  bool in_kernel = false;
  std::vector<RuleThere> rules;
  std::vector<FirewallProfileThere> profiles;
  std::string limited_by;  // a rule that admits only some, as somebody wished
  bool changes = false;    // something is to be done
};

// Of a machine that is not at hand, what an inspection told.
std::optional<std::uint32_t> port_told(Planner& p) {
  if (p.blind() && p.facts() && p.facts()->firewall.port != 0) return p.facts()->firewall.port;
  const auto port = p.number(rdp_tcp, "PortNumber");
  return port.get() ? std::optional(*port.get()) : std::nullopt;
}

std::optional<std::uint16_t> port_of(Planner& p) {
  if (p.options().port != 0) return p.options().port;
  const std::uint32_t port = port_told(p).value_or(usual_port);
  if (port != 0 && port <= 65535) return static_cast<std::uint16_t>(port);
  p.refuse(fmt::format("the listener's PortNumber is {}, which is none: restore-listener-port first", port));
  return std::nullopt;
}

bool is_service_host(std::string_view program) {
  return equal_ignoring_case(program.substr(program.rfind('\\') + 1), "svchost.exe");
}

bool for_the_listener(const Opening& o, const formats::FirewallRule& rule, std::uint32_t protocol) {
  const bool service =
      rule.service.empty() || rule.service == "*" || equal_ignoring_case(rule.service, "TermService");
  const bool kernel = equal_ignoring_case(rule.program, "System");
  const bool program = rule.program.empty() || (kernel ? o.in_kernel : is_service_host(rule.program));
  const bool package = std::ranges::any_of(
      rule.limits, [](const std::string& limit) { return lower(limit).starts_with("apppkgid="); });
  return rule.direction == "in" && service && program && !package &&
         (rule.protocol == protocol || rule.protocol == any_protocol) && formats::covers(rule, o.port);
}

// Rules of the machine count only where policies leave them in.
bool counts(const RuleThere& rule, const FirewallProfileThere& profile) {
  return (!rule.local || profile.local_rules_count) && holds_in(rule.rule, profile.name);
}

// A rule that blocks wins over any that allows. It is somebody's, so it is named and left alone.
const RuleThere* blocked_by(const Opening& o, std::uint32_t protocol) {
  for (const RuleThere& rule : o.rules) {
    const bool blocks = rule.rule.active && rule.rule.action == "block" && rule.rule.limits.empty();
    if (!blocks || !for_the_listener(o, rule.rule, protocol)) continue;
    if (std::ranges::any_of(o.profiles, [&](const auto& profile) { return counts(rule, profile); }))
      return &rule;
  }
  return nullptr;
}

// Profiles in which nobody is admitted, and the machine's rules could change that.
Names shut_profiles(Planner& p, Opening& o, std::uint32_t protocol) {
  Names out;
  for (const FirewallProfileThere& profile : o.profiles) {
    if (!profile.enabled || profile.allows_in) continue;
    bool open = false, limited = false;
    for (const RuleThere& rule : o.rules) {
      const bool allows = rule.rule.active && rule.rule.action != "block";
      if (!allows || !for_the_listener(o, rule.rule, protocol) || !counts(rule, profile)) continue;
      open = open || rule.rule.limits.empty();
      limited = limited || !rule.rule.limits.empty();
      if (!rule.rule.limits.empty()) o.limited_by = rule.name;
    }
    if (open || (limited && !p.options().accept_risk)) continue;
    if (profile.local_rules_count)
      out.emplace_back(profile.name);
    else
      p.note(fmt::format("in the {} profile a policy leaves the machine's own rules out", profile.name));
  }
  return out;
}

// Open in some profiles and shut in others, as somebody may wish: only the network that the machine is in
// shows whether that is a fault.
void leave_other_networks(Planner& p, const Opening& o, Names& shut) {
  const bool in_some = !shut.empty() && shut.size() < o.profiles.size();
  if (!in_some || p.options().accept_risk) return;
  const std::string network = last_network(p);
  const std::string closed = join(shut, ", ");
  std::erase_if(shut, [&](const std::string& name) { return name != network; });
  if (!shut.empty()) return;
  p.note(fmt::format("port {} is shut in the profile {}, and {}: to open it there too: --accept-risk", o.port,
                     closed,
                     network.empty() ? "which network the machine is in is not known"
                                     : "the network that the machine was last in is " + network));
}

bool is_stock(const RuleThere& rule) {
  return rule.local && lower(rule.name).starts_with("remotedesktop-") && !rule.rule.active &&
         rule.rule.action == "allow" && rule.rule.limits.empty();
}

// Windows' own rules that are switched off; what they hold for is no longer shut.
void switch_on_stock(Planner& p, Opening& o, std::uint32_t protocol, Names& shut) {
  for (const RuleThere& rule : o.rules) {
    if (!is_stock(rule) || !for_the_listener(o, rule.rule, protocol)) continue;
    const bool helps = std::ranges::any_of(shut, [&](const auto& name) { return holds_in(rule.rule, name); });
    if (!helps) continue;
    p.set(std::string(firewall_rules), rule.name, text(switched(rule.text, true), rule.type),
          fmt::format("Windows' own rule admits {} port {}", word(protocol), o.port));
    o.changes = true;
    std::erase_if(shut, [&](const auto& name) { return holds_in(rule.rule, name); });
  }
}

// As Windows' own rule is written, for this port and these profiles; all three are written as none.
std::string rule_text(const Opening& o, std::uint32_t protocol, const Names& profiles) {
  std::string out =
      fmt::format("{}|Action=Allow|Active=TRUE|Dir=In|Protocol={}|", version_of(o.rules), protocol);
  if (profiles.size() != 3)
    for (const std::string& profile : profiles) out += fmt::format("Profile={}|", profile);
  out += fmt::format("LPort={}|", o.port);
  out += o.in_kernel ? "App=System|" : R"(App=%SystemRoot%\system32\svchost.exe|Svc=termservice|)";
  return out + fmt::format("Name=Remote Desktop, {} {} (rdpdoctor)|", word(protocol), o.port);
}

void open(Planner& p, Opening& o, std::uint32_t protocol) {
  if (const RuleThere* block = blocked_by(o, protocol)) {
    std::string what =
        fmt::format("the rule {}{} blocks {} port {} and wins over what allows", printable(block->name, 80),
                    block->local ? "" : ", a policy's,", word(protocol), o.port);
    if (protocol == udp) return p.note(what + "; sessions do without UDP");
    return p.refuse(what + ": see whose it is and switch it off there; rdpdoctor changes nobody else's rule");
  }
  Names shut = shut_profiles(p, o, protocol);
  leave_other_networks(p, o, shut);
  if (std::ranges::find(shut, "Public") != shut.end())
    p.note("it is open in public networks as well, as Windows' own rules are");
  switch_on_stock(p, o, protocol, shut);
  if (shut.empty()) return;
  o.changes = true;
  p.set(std::string(firewall_rules), fmt::format("RemoteDesktop-rdpdoctor-In-{}", word(protocol)),
        text(rule_text(o, protocol, shut)), fmt::format("a rule admits {} port {}", word(protocol), o.port));
}

void let_rules_count(Planner& p, Opening& o, const FirewallProfileThere& profile) {
  o.changes = true;
  p.set(profile.key, "DoNotAllowExceptions", dword(0),
        fmt::format("in the {} profile rules count again", profile.name));
}

// "Block all incoming connections": somebody's decision, and lifting it lets more in than Remote Desktop.
void lift_shields(Planner& p, Opening& o) {
  const bool everywhere =
      std::ranges::all_of(o.profiles, [](const auto& f) { return f.enabled && f.no_exceptions; });
  for (const FirewallProfileThere& profile : o.profiles) {
    if (!profile.enabled || !profile.no_exceptions) continue;
    const std::string what = fmt::format(
        "in the {} profile what comes in is blocked whatever the rules say (DoNotAllowExceptions)",
        profile.name);
    if (profile.no_exceptions_by_policy)
      everywhere ? p.refuse(what + " by a policy: change it there") : p.note(what + " by a policy");
    else if (p.options().accept_risk)
      let_rules_count(p, o, profile);
    else if (everywhere)
      p.refuse(what + ": to have all rules count again, not Remote Desktop's alone: --accept-risk");
    else
      p.note(what);
  }
}

void check_policy(Planner& p, const Opening& o) {
  const bool none = std::ranges::none_of(o.profiles, &FirewallProfileThere::local_rules_count);
  const bool shut = std::ranges::any_of(o.profiles, [&](const auto& profile) {
    if (!profile.enabled || profile.allows_in) return false;
    return std::ranges::none_of(o.rules, [&](const RuleThere& rule) {
      return rule.rule.active && rule.rule.action != "block" && for_the_listener(o, rule.rule, tcp) &&
             counts(rule, profile);
    });
  });
  if (none && shut)
    p.refuse(fmt::format(
        "a policy leaves the machine's own rules out (AllowLocalPolicyMerge 0 in every profile) and has none "
        "for port {}: the rule has to come by policy",
        o.port));
}

void add_notes(Planner& p, const Opening& o) {
  const auto start = p.number(R"(HKLM\SYSTEM\CurrentControlSet\Services\mpssvc)", "Start");
  if (start.get() && *start.get() == 4) p.note("the firewall's service is disabled: no rule counts now");
  if (p.facts() && !p.facts()->firewall.products.empty())
    p.note(fmt::format("another firewall is registered, {}: its rules are not changed",
                       join(p.facts()->firewall.products, ", ")));
  if (o.port != usual_port)
    p.note(fmt::format("firewalls on the way and in the cloud need a rule for port {} of their own", o.port));
  if (p.running() && !p.for_script())
    p.note(
        "a rule that is switched on counts at once where the firewall's interface can be asked; one that is "
        "made new counts when Windows starts");
  if (p.for_script())
    p.note(
        "the firewall's service reads these rules when Windows starts; for Windows' own rules at once, "
        "PowerShell as administrator: Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP, "
        "RemoteDesktop-UserMode-In-UDP");
}

// Whether others shall get in, too, is not a fault that is repaired.
void tell_of_limit(Planner& p, const Opening& o) {
  if (o.limited_by.empty() || p.options().accept_risk) return;
  const std::string what =
      fmt::format("the rule {} admits only some, as somebody wished; to admit everybody: --accept-risk",
                  printable(o.limited_by, 80));
  o.changes ? p.note(what) : p.refuse(what);
}

void plan(Planner& p) {
  const auto port = port_of(p);
  if (!port) return;
  const auto build = p.blind() ? std::nullopt : build_of(p);
  Opening o{.port = *port, .in_kernel = build && *build < first_user_mode, .rules = rules_there(p)};
  o.profiles = firewall_profiles(p);
  if (p.refused()) return;
  check_policy(p, o);
  if (!p.refused()) lift_shields(p, o);
  if (!p.refused()) open(p, o, tcp);
  if (!p.refused() && !o.in_kernel) open(p, o, udp);
  if (!p.refused()) tell_of_limit(p, o);
  if (o.changes && !p.refused()) add_notes(p, o);
}

}  // namespace

Fix open_firewall_port() {
  return {
      .id = "open-firewall-port",
      .title = "Windows' firewall admits clients to the listener's port.",
      .explanation =
          "Switches Windows' own inbound rules for Remote Desktop on where they are for the port that the "
          "listener has, and else adds one for TCP and one for UDP, for TermService and that port alone "
          "(RemoteDesktop-rdpdoctor-In-TCP and -UDP), in the profiles in which nobody is admitted. Rules of "
          "others are never changed: one that blocks, or that admits only some, is named. It does not help "
          "where a policy leaves the machine's rules out, against another product's firewall, or against one "
          "on the way. The firewall is never switched off.",
      .side = Side::host,
      .risk = Risk::medium,
      .takes_effect = "when Windows starts, or when its firewall reads the rules again",
      .verified_by = "firewall-rule-missing is no longer found",
      .article = "allow Remote Desktop through the firewall",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
