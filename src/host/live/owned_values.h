// Which registry values belong to a service that runs and keeps them in memory: changed in the registry alone
// they are seen only when it starts next, or are written over by it.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "formats/firewall_rule.h"
#include "host/writer.h"

namespace rdpdoctor::host {

// Of a service, kept by the service manager.
struct ServiceSetting {
  enum class What { start, delayed_start, account, program };
  std::string service;
  What what = What::start;
  std::uint32_t number = 0;  // of start and delayed_start
  std::string text;          // of account and program
  bool operator==(const ServiceSetting&) const = default;
};
// A rule that the firewall has, turned on or off and else as it was.
struct FirewallSwitch {
  formats::FirewallRule rule;
  bool active = false;
};
// An event channel turned on or off, kept by the event log service.
struct ChannelSwitch {
  std::string channel;
  bool on = false;
};
using Owned = std::variant<std::monostate, ServiceSetting, FirewallSwitch, ChannelSwitch>;

// `current_set`: "ControlSet001", what CurrentControlSet stands for, or that name itself; a value of another
// set is nobody's. `before`: the value that is there.
[[nodiscard]] Owned owned_by(const RegistryEdit& edit, std::string_view current_set,
                             const Reading<RegistryValue>& before);
// Below this key values may be owned, by its name: whoever may not write the registry there may still set
// them.
[[nodiscard]] bool may_be_owned(std::string_view key, std::string_view current_set);

// A rule as the firewall's own interface tells it, INetFwRule.
struct ListedRule {
  std::string title;  // in the system's language
  std::uint32_t protocol = 256;
  bool is_in = true;
  std::string ports;           // "3389", "80,443,5000-5010", "*" or "": all
  std::uint32_t profiles = 0;  // NET_FW_PROFILE_TYPE2: 1 domain, 2 private, 4 public
  std::string service;
  bool active = false;
};
// `title`: the rule's name with what it refers to looked up.
[[nodiscard]] bool is_same_rule(const formats::FirewallRule& rule, const std::string& title,
                                const ListedRule& listed);

}  // namespace rdpdoctor::host
