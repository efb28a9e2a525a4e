// Windows' firewall on the host: the rules that have to do with the listener's port.
#include "base/text.h"
#include "fmt/core.h"
#include "inspect/firewall_settings.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::Fact;
using evidence::FirewallFacts;
using evidence::FirewallRule;

constexpr std::size_t most_kept = 200;

std::string below(std::string_view parent, std::string_view name) {
  return fmt::format("{}\\{}", parent, name);
}

bool concerns(const formats::FirewallRule& rule, std::uint16_t port) {
  return rule.direction == "in" && of_tcp_or_udp(rule) && formats::covers(rule, port) && !of_a_package(rule);
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
    out.kept.is.value.push_back(firewall_rule_facts(std::move(*rule), printable(value.name),
                                                    host::value_source(host, key, value.name), policy));
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

}  // namespace

void inspect_firewall(host::Host& host, evidence::HostFacts& facts) {
  FirewallFacts& firewall = facts.firewall;
  firewall.service_start = number(host, below(services_key, "mpssvc"), "Start");
  firewall.port = port_of(facts);
  firewall.profiles = firewall_profiles(host);
  Rules local = read_rules(host, below(local_firewall, "FirewallRules"), false, firewall);
  firewall.listed = std::move(local.kept);
  firewall.rules = std::move(local.count);
  firewall.policy = read_rules(host, below(firewall_policy, "FirewallRules"), true, firewall).kept;
  firewall.managed = read_rules(host, below(local_firewall, "Mdm\\FirewallRules"), true, firewall).kept;
  firewall.app_rules =
      count_values(host, below(local_firewall, R"(RestrictedServices\AppIso\FirewallRules)"));
  firewall.configurable_rules =
      count_values(host, below(local_firewall, R"(RestrictedServices\Configurable\System)"));
  firewall.delete_app_rules = number(host, local_firewall, "DeleteUserAppContainersOnLogoff");
  firewall.products = registered_firewalls(host);
}

}  // namespace rdpdoctor::inspect
