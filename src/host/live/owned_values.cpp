#include "host/live/owned_values.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "host/key_names.h"
#include "host/registry.h"

namespace rdpdoctor::host {
namespace {

constexpr std::string_view rules_key = R"(services\sharedaccess\parameters\firewallpolicy\firewallrules)";
constexpr std::string_view channels_key = R"(hklm\software\microsoft\windows\currentversion\winevt\channels)";
constexpr std::uint32_t highest_start = 4;  // SERVICE_DISABLED
constexpr std::uint32_t all_profiles = 7;

// What stands below the current control set, folded; "" for a key elsewhere.
std::string in_current_set(std::string_view key, std::string_view set) {
  const std::string at = normal_key(with_control_set(key, set));
  const std::string top = normal_key(fmt::format(R"(HKLM\SYSTEM\{})", set)) + '\\';
  return !set.empty() && at.starts_with(top) ? at.substr(top.size()) : "";
}

// The one component below `folder`, in its own case; "" if there is none or are more.
std::string child_of(std::string_view key, std::string_view folded_key, std::string_view folder) {
  const bool below = folded_key.size() > folder.size() + 1 && folded_key.starts_with(folder) &&
                     folded_key[folder.size()] == '\\';
  if (!below || folded_key.substr(folder.size() + 1).contains('\\')) return "";
  while (key.ends_with('\\')) key.remove_suffix(1);
  return last_part(key);
}

// Of others the service manager wants the password, which nobody here knows; it stays where it is kept.
bool has_no_password(std::string_view account) {
  return equal_ignoring_case(account, "LocalSystem") || lower(account).starts_with("nt authority\\") ||
         lower(account).starts_with("nt service\\");
}

Owned service_setting(const std::string& service, const RegistryEdit& edit) {
  using What = ServiceSetting::What;
  const auto value = Reading<RegistryValue>::present(edit.value);
  const auto number = as_dword(value);
  const auto text = as_text(value);
  const bool gone = edit.kind == RegistryEdit::Kind::delete_value;
  if (same_name(edit.value.name, "DelayedAutostart") && (gone || number.get()))
    return ServiceSetting{service, What::delayed_start,
                          gone ? 0U : static_cast<std::uint32_t>(number.value != 0), ""};
  if (gone) return {};
  if (same_name(edit.value.name, "Start") && number.get() && number.value <= highest_start)
    return ServiceSetting{service, What::start, number.value, ""};
  if (same_name(edit.value.name, "ObjectName") && text.get() && has_no_password(text.value))
    return ServiceSetting{service, What::account, 0, text.value};
  if (same_name(edit.value.name, "ImagePath") && text.get() && !text.value.empty())
    return ServiceSetting{service, What::program, 0, text.value};
  return {};
}

// A rule's text without what says whether it is on.
std::string without_switch(std::string_view rule) {
  std::string out;
  for (std::string_view field : split(rule, '|'))
    if (!lower(trim(field)).starts_with("active=")) out.append(field).append("|");
  return out;
}

Owned firewall_switch(const RegistryEdit& edit, const Reading<RegistryValue>& before) {
  const auto was = as_text(before);
  const auto wanted = as_text(Reading<RegistryValue>::present(edit.value));
  if (edit.kind != RegistryEdit::Kind::set_value || !was.get() || !wanted.get()) return {};
  if (without_switch(was.value) != without_switch(wanted.value)) return {};
  auto rule = formats::decode_firewall_rule(wanted.value);
  auto rule_before = formats::decode_firewall_rule(was.value);
  if (!rule || !rule_before || rule->active == rule_before->active) return {};
  const bool active = rule->active;
  return FirewallSwitch{std::move(*rule), active};
}

std::uint32_t profile_bits(const std::vector<std::string>& names) {
  std::uint32_t bits = 0;
  for (const std::string& name : names) {
    if (equal_ignoring_case(name, "Domain")) bits |= 1U;
    if (equal_ignoring_case(name, "Private")) bits |= 2U;
    if (equal_ignoring_case(name, "Public")) bits |= 4U;
  }
  return names.empty() ? all_profiles : bits;
}

std::string ports_of(const formats::FirewallRule& rule) {
  std::vector<std::string> parts = rule.port_keywords;
  for (const formats::FirewallPorts& ports : rule.local_ports)
    parts.push_back(ports.first == ports.last ? std::to_string(ports.first)
                                              : fmt::format("{}-{}", ports.first, ports.last));
  std::ranges::sort(parts);
  return join(parts, ",");
}

std::string sorted_ports(std::string_view listed) {
  if (trim(listed).empty() || trim(listed) == "*") return "";
  std::vector<std::string> parts;
  for (std::string_view part : split(listed, ',')) parts.emplace_back(trim(part));
  std::ranges::sort(parts);
  return join(parts, ",");
}

}  // namespace

Owned owned_by(const RegistryEdit& edit, std::string_view current_set, const Reading<RegistryValue>& before) {
  const bool of_value =
      edit.kind == RegistryEdit::Kind::set_value || edit.kind == RegistryEdit::Kind::delete_value;
  if (!of_value) return {};
  const std::string in_set = in_current_set(edit.key, current_set);
  if (in_set == rules_key) return firewall_switch(edit, before);
  if (const std::string service = child_of(edit.key, in_set, "services"); !service.empty())
    return service_setting(service, edit);
  const std::string channel = child_of(edit.key, normal_key(edit.key), channels_key);
  const auto number = as_dword(Reading<RegistryValue>::present(edit.value));
  const bool is_switch = !channel.empty() && edit.kind == RegistryEdit::Kind::set_value &&
                         same_name(edit.value.name, "Enabled") && number.get();
  if (is_switch) return ChannelSwitch{channel, number.value != 0};
  return {};
}

bool may_be_owned(std::string_view key, std::string_view current_set) {
  const std::string in_set = in_current_set(key, current_set);
  return in_set == rules_key || !child_of(key, in_set, "services").empty() ||
         !child_of(key, normal_key(key), channels_key).empty();
}

bool is_same_rule(const formats::FirewallRule& rule, const std::string& title, const ListedRule& listed) {
  const std::uint32_t profiles = listed.profiles & all_profiles;  // NET_FW_PROFILE2_ALL sets every bit
  return title == listed.title && rule.protocol == listed.protocol &&
         (rule.direction == "in") == listed.is_in && ports_of(rule) == sorted_ports(listed.ports) &&
         profile_bits(rule.profiles) == profiles && equal_ignoring_case(rule.service, listed.service);
}

}  // namespace rdpdoctor::host
