#include "inspect/firewall_settings.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "inspect/readings.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::NumberFact;

constexpr std::string_view security_center = R"(HKLM\SOFTWARE\Microsoft\Security Center\Provider\Fw)";
constexpr std::size_t most_products = 10;

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
  NumberFact fact = number(host, below(firewall_policy, keys.policy), name);
  if (fact.is.state != Presence::absent || keys.old_policy.empty()) return fact;
  NumberFact old = number(host, below(firewall_policy, keys.old_policy), name);
  return old.is.state == Presence::absent ? fact : old;
}

NumberFact setting(host::Host& host, const ProfileKeys& keys, std::string_view name) {
  return policy_over(by_policy(host, keys, name), number(host, below(local_firewall, keys.local), name));
}

}  // namespace

std::vector<evidence::FirewallProfile> firewall_profiles(host::Host& host) {
  std::vector<evidence::FirewallProfile> out;
  for (const ProfileKeys& keys : profile_keys) {
    NumberFact merge = by_policy(host, keys, "AllowLocalPolicyMerge");
    merge.by_policy = merge.is.state == Presence::present;
    out.push_back({.name = std::string(keys.name),
                   .enabled = setting(host, keys, "EnableFirewall"),
                   .default_inbound = setting(host, keys, "DefaultInboundAction"),
                   .no_exceptions = setting(host, keys, "DoNotAllowExceptions"),
                   .local_rules = std::move(merge)});
  }
  return out;
}

std::vector<NumberFact> of_each_profile(host::Host& host, std::string_view name) {
  std::vector<NumberFact> out;
  for (const ProfileKeys& keys : profile_keys) out.push_back(setting(host, keys, name));
  return out;
}

bool of_a_package(const formats::FirewallRule& rule) {
  return std::ranges::any_of(rule.limits,
                             [](const std::string& limit) { return lower(limit).starts_with("apppkgid="); });
}

bool of_tcp_or_udp(const formats::FirewallRule& rule) {
  static constexpr std::uint32_t tcp = 6, udp = 17, any_protocol = 256;
  return rule.protocol == tcp || rule.protocol == udp || rule.protocol == any_protocol;
}

evidence::FirewallRule firewall_rule_facts(formats::FirewallRule&& rule, std::string name, std::string source,
                                           bool policy) {
  evidence::FirewallRule out{.name = std::move(name),
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

std::vector<std::string> registered_firewalls(host::Host& host) {
  std::vector<std::string> out;
  Reading<std::vector<std::string>> keys = host.subkeys(security_center);
  for (const std::string& key : keys.value) {
    if (out.size() == most_products) break;
    evidence::TextFact name = text(host, below(security_center, key), "DISPLAYNAME");
    if (name.get() && !name.get()->empty()) out.push_back(printable(*name.get(), 80));
  }
  return out;
}

}  // namespace rdpdoctor::inspect
