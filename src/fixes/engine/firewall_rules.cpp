#include "fixes/engine/firewall_rules.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view group_policy = R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall)";

// The private profile is "StandardProfile" in the local settings; in policies that of old templates stands
// for private and public both.
struct ProfileKeys {
  std::string_view name, local, policy, old_policy;
};
constexpr ProfileKeys profile_keys[] = {{"Domain", "DomainProfile", "DomainProfile", ""},
                                        {"Private", "StandardProfile", "PrivateProfile", "StandardProfile"},
                                        {"Public", "PublicProfile", "PublicProfile", "StandardProfile"}};

Reading<std::uint32_t> by_policy(Planner& p, const ProfileKeys& keys, std::string_view name) {
  auto value = p.number(host::under(group_policy, keys.policy), name);
  if (value.get() || keys.old_policy.empty()) return value;
  return p.number(host::under(group_policy, keys.old_policy), name);
}

std::uint32_t setting(Planner& p, const ProfileKeys& keys, std::string_view name, std::uint32_t otherwise) {
  const auto policy = by_policy(p, keys, name);
  if (policy.get()) return *policy.get();
  const auto local = p.number(host::under(firewall_local, keys.local), name);
  return local.get() ? *local.get() : otherwise;
}

void add_rules(Planner& p, std::string_view key, bool local, std::vector<RuleThere>& into) {
  const auto values = p.host().values(key);
  if (!values.get() && values.state != Presence::absent)
    return p.refuse(fmt::format("the firewall's rules in {} can't be read: {}", key, values.why));
  for (const host::RegistryValue& value : values.value) {
    const auto text = host::as_text(Reading<host::RegistryValue>::present(value));
    if (!text.get()) continue;
    auto rule = formats::decode_firewall_rule(*text.get());
    if (rule) into.push_back({value.name, value.type, *text.get(), std::move(*rule), local});
  }
}

}  // namespace

std::vector<RuleThere> rules_there(Planner& p) {
  std::vector<RuleThere> out;
  if (p.blind()) return out;
  add_rules(p, firewall_policy_rules, false, out);
  add_rules(p, firewall_managed_rules, false, out);
  add_rules(p, firewall_rules, true, out);
  return out;
}

std::string switched(std::string_view rule_text, bool active) {
  static constexpr std::string_view name = "active=";
  const std::string word = active ? "Active=TRUE" : "Active=FALSE";
  std::vector<std::string> fields;
  bool found = false;
  for (const std::string_view field : split(rule_text, '|')) {
    const bool it = lower(trim(field)).starts_with(name);
    fields.push_back(it ? word : std::string(field));
    found = found || it;
  }
  if (!found && !fields.empty()) fields.insert(fields.begin() + 1, word);  // after the version
  return join(fields, "|");
}

std::string version_of(const std::vector<RuleThere>& rules) {
  const auto own = std::ranges::find_if(rules, &RuleThere::local);
  return "v" + (own == rules.end() ? std::string("2.31") : own->rule.version);
}

std::vector<FirewallProfileThere> firewall_profiles(Planner& p) {
  std::vector<FirewallProfileThere> out;
  for (const ProfileKeys& keys : profile_keys) {
    const auto merge = by_policy(p, keys, "AllowLocalPolicyMerge");
    out.push_back({.name = keys.name,
                   .key = host::under(firewall_local, keys.local),
                   .enabled = setting(p, keys, "EnableFirewall", 1) != 0,
                   .allows_in = setting(p, keys, "DefaultInboundAction", 1) == 0,
                   .blocks_out = setting(p, keys, "DefaultOutboundAction", 0) == 1,
                   .no_exceptions = setting(p, keys, "DoNotAllowExceptions", 0) != 0,
                   .no_exceptions_by_policy = by_policy(p, keys, "DoNotAllowExceptions").get() != nullptr,
                   .local_rules_count = !merge.get() || *merge.get() != 0});
  }
  return out;
}

bool holds_in(const formats::FirewallRule& rule, std::string_view profile) {
  return rule.profiles.empty() || std::ranges::any_of(rule.profiles, [&](const std::string& name) {
           return equal_ignoring_case(name, profile) || equal_ignoring_case(name, "All");
         });
}

}  // namespace rdpdoctor::fixes
