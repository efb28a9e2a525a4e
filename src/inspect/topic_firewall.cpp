// Windows' firewall: its profiles, and the rules that have to do with the listener's port. [MS-GPFAS] 2.2.2
// and 2.2.3 name the policy's keys and values; the local ones have the same values below SharedAccess.
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/firewall_rule.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::Fact;
using evidence::FirewallFacts;
using evidence::FirewallRule;
using evidence::NumberFact;

constexpr std::string_view local_policy =
    R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy)";
constexpr std::string_view group_policy = R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall)";
constexpr std::string_view registered_firewalls = R"(HKLM\SOFTWARE\Microsoft\Security Center\Provider\Fw)";

constexpr std::size_t most_kept = 200;
constexpr std::size_t most_products = 10;
constexpr std::uint32_t tcp = 6, udp = 17, any_protocol = 256;

std::string below(std::string_view parent, std::string_view name) {
  return fmt::format("{}\\{}", parent, name);
}

// The private profile is "StandardProfile" in the local settings; in policies that of old templates stands
// for private and public both.
struct ProfileKeys {
  std::string_view name;
  std::string_view local;
  std::string_view policy;
  std::string_view old_policy;
};
constexpr ProfileKeys profile_keys[] = {{"Domain", "DomainProfile", "DomainProfile", ""},
                                        {"Private", "StandardProfile", "PrivateProfile", "StandardProfile"},
                                        {"Public", "PublicProfile", "PublicProfile", "StandardProfile"}};

NumberFact by_policy(host::Host& host, const ProfileKeys& keys, std::string_view name) {
  NumberFact fact = number(host, below(group_policy, keys.policy), name);
  if (fact.is.state != Presence::absent || keys.old_policy.empty()) return fact;
  NumberFact old = number(host, below(group_policy, keys.old_policy), name);
  return old.is.state == Presence::absent ? fact : old;
}

NumberFact setting(host::Host& host, const ProfileKeys& keys, std::string_view name) {
  return policy_over(by_policy(host, keys, name), number(host, below(local_policy, keys.local), name));
}

void read_profiles(host::Host& host, FirewallFacts& facts) {
  for (const ProfileKeys& keys : profile_keys) {
    NumberFact merge = by_policy(host, keys, "AllowLocalPolicyMerge");
    merge.by_policy = merge.is.state == Presence::present;
    facts.profiles.push_back({.name = std::string(keys.name),
                              .enabled = setting(host, keys, "EnableFirewall"),
                              .default_inbound = setting(host, keys, "DefaultInboundAction"),
                              .no_exceptions = setting(host, keys, "DoNotAllowExceptions"),
                              .local_rules = std::move(merge)});
  }
}

// Packaged programs' rules never admit a service.
bool of_a_package(const formats::FirewallRule& rule) {
  return std::ranges::any_of(rule.limits,
                             [](const std::string& limit) { return lower(limit).starts_with("apppkgid="); });
}

bool concerns(const formats::FirewallRule& rule, std::uint16_t port) {
  bool protocol = rule.protocol == tcp || rule.protocol == udp || rule.protocol == any_protocol;
  return rule.direction == "in" && protocol && formats::covers(rule, port) && !of_a_package(rule);
}

FirewallRule as_facts(formats::FirewallRule&& rule, std::string name, std::string source, bool policy) {
  FirewallRule out{.name = std::move(name),
                   .source = std::move(source),
                   .title = std::move(rule.name),
                   .by_policy = policy,
                   .active = rule.active,
                   .action = std::move(rule.action),
                   .protocol = rule.protocol,
                   .profiles = std::move(rule.profiles),
                   .program = std::move(rule.program),
                   .service = std::move(rule.service),
                   .limits = std::move(rule.limits)};
  for (const formats::FirewallPorts& p : rule.local_ports) out.ports.push_back({p.first, p.last});
  return out;
}

// One key of rules; `count` is how many there are, whatever they concern.
struct Rules {
  Fact<std::vector<FirewallRule>> kept;
  Fact<std::uint32_t> count;
};

Rules read_rules(host::Host& host, const std::string& key, bool policy, FirewallFacts& facts) {
  Reading<std::vector<host::RegistryValue>> values = host.values(key);
  Rules out;
  out.kept.source = out.count.source = host.real_key(key);
  out.kept.is = {values.state, {}, values.why};
  out.count.is = {values.state, static_cast<std::uint32_t>(values.value.size()), values.why};
  if (!values.get()) return out;
  for (const host::RegistryValue& value : values.value) {
    Reading<std::string> text = host::as_text(Reading<host::RegistryValue>::present(value));
    auto rule = text.get() ? formats::decode_firewall_rule(*text.get())
                           : std::unexpected(DecodeError{"RULE", 0, "no text"});
    if (!rule) {
      ++facts.damaged;
      continue;
    }
    if (!concerns(*rule, facts.port)) continue;
    if (out.kept.is.value.size() == most_kept) {
      ++facts.left_out;
      continue;
    }
    out.kept.is.value.push_back(
        as_facts(std::move(*rule), printable(value.name), host::value_source(host, key, value.name), policy));
  }
  return out;
}

Fact<std::uint32_t> count_values(host::Host& host, const std::string& key) {
  Reading<std::vector<host::RegistryValue>> values = host.values(key);
  return {.is = {values.state, static_cast<std::uint32_t>(values.value.size()), values.why},
          .source = host.real_key(key)};
}

std::uint16_t port_of(const evidence::HostFacts& facts) {
  for (const evidence::ListenerFacts& listener : facts.listeners) {
    const std::uint32_t* port = listener.port.get();
    bool fits = equal_ignoring_case(listener.name, "RDP-Tcp") && port && 0 < *port && *port <= 65535;
    if (fits) return static_cast<std::uint16_t>(*port);
  }
  return 3389;
}

// Other makers' firewalls register with Windows' security center, on clients.
std::vector<std::string> other_firewalls(host::Host& host) {
  std::vector<std::string> out;
  Reading<std::vector<std::string>> keys = host.subkeys(registered_firewalls);
  for (const std::string& key : keys.value) {
    if (out.size() == most_products) break;
    evidence::TextFact name = text(host, below(registered_firewalls, key), "DISPLAYNAME");
    if (name.get() && !name.get()->empty()) out.push_back(printable(*name.get(), 80));
  }
  return out;
}

}  // namespace

void inspect_firewall(host::Host& host, evidence::HostFacts& facts) {
  FirewallFacts& firewall = facts.firewall;
  firewall.service_start = number(host, below(services_key, "mpssvc"), "Start");
  firewall.port = port_of(facts);
  read_profiles(host, firewall);
  Rules local = read_rules(host, below(local_policy, "FirewallRules"), false, firewall);
  firewall.listed = std::move(local.kept);
  firewall.rules = std::move(local.count);
  firewall.policy = read_rules(host, below(group_policy, "FirewallRules"), true, firewall).kept;
  firewall.managed = read_rules(host, below(local_policy, "Mdm\\FirewallRules"), true, firewall).kept;
  firewall.app_rules = count_values(host, below(local_policy, R"(RestrictedServices\AppIso\FirewallRules)"));
  firewall.configurable_rules =
      count_values(host, below(local_policy, R"(RestrictedServices\Configurable\System)"));
  firewall.delete_app_rules = number(host, local_policy, "DeleteUserAppContainersOnLogoff");
  firewall.products = other_firewalls(host);
}

}  // namespace rdpdoctor::inspect
