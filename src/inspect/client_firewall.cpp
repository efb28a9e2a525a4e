// The client's firewall, as far as what goes out to the target: profiles, rules, recorded drops.
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "host/registry.h"
#include "inspect/client_topics.h"
#include "inspect/firewall_settings.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::Fact;
using evidence::FirewallRule;

constexpr std::size_t most_rules = 200, most_drops = 100;

// For what goes out it is the remote port that counts; the decoder keeps it among what narrows a rule:
// "RPort=3389", "RPort2_10=3300-3400". [MS-GPFAS] 2.2.2.19
struct RemotePorts {
  std::vector<evidence::PortSpan> spans;
  bool by_keyword = false;  // "RPort2_10=IPHTTPSOut": none of Remote Desktop's
};

bool take_remote_port(const std::string& limit, RemotePorts& ports) {
  const std::size_t equals = limit.find('=');
  if (equals == std::string::npos || !lower(limit.substr(0, equals)).starts_with("rport")) return false;
  const std::string_view value = std::string_view(limit).substr(equals + 1);
  const std::size_t dash = value.find('-');
  const auto first = decimal<std::uint16_t>(value.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : decimal<std::uint16_t>(value.substr(dash + 1));
  if (first && last)
    ports.spans.push_back({*first, *last});
  else
    ports.by_keyword = true;
  return true;
}

bool holds(const RemotePorts& ports, std::uint16_t port) {
  if (ports.spans.empty()) return !ports.by_keyword;
  return std::ranges::any_of(ports.spans,
                             [&](const auto& span) { return span.first <= port && port <= span.last; });
}

// The ports of an outbound rule in the evidence are those of the other side; its own are one more limit.
std::optional<FirewallRule> outbound_rule(formats::FirewallRule&& rule, std::uint16_t port, std::string name,
                                          std::string source, bool policy) {
  const bool any_program = rule.program.empty() && rule.service.empty();
  if (rule.direction != "out" || !rule.active || !of_tcp_or_udp(rule) || of_a_package(rule))
    return std::nullopt;
  if (!any_program && !is_client_program(rule.program)) return std::nullopt;
  RemotePorts ports;
  std::erase_if(rule.limits, [&](const std::string& limit) { return take_remote_port(limit, ports); });
  if (!holds(ports, port)) return std::nullopt;
  for (const formats::FirewallPorts& own : rule.local_ports)
    rule.limits.push_back(fmt::format("LPort={}-{}", own.first, own.last));
  for (const std::string& word : rule.port_keywords) rule.limits.push_back("LPort=" + printable(word, 40));
  rule.local_ports.clear();
  FirewallRule out = firewall_rule_facts(std::move(rule), std::move(name), std::move(source), policy);
  out.ports = std::move(ports.spans);
  return out;
}

struct Rules {
  Fact<std::vector<FirewallRule>> blocking, allowing;
};

void start(Fact<std::vector<FirewallRule>>& fact, std::string source) {
  fact = {.is = Reading<std::vector<FirewallRule>>::absent(), .source = std::move(source)};
}

void read_rules(host::Host& host, const std::string& key, bool policy, std::uint16_t port, Rules& into) {
  Reading<std::vector<host::RegistryValue>> values = host.values(key);
  for (auto* fact : {&into.blocking, &into.allowing}) {
    if (values.state == Presence::unreadable && fact->is.why.empty()) {
      fact->is.why = printable(values.why);
      fact->source = host.real_key(key);
    }
    if (values.get()) fact->is.state = Presence::present;
  }
  for (const host::RegistryValue& value : values.value) {
    const auto text = host::as_text(Reading<host::RegistryValue>::present(value));
    auto rule = text.get() ? formats::decode_firewall_rule(*text.get())
                           : std::unexpected(DecodeError{"RULE", 0, "no text"});
    if (!rule) continue;
    auto& list = rule->action == "block" ? into.blocking.is.value : into.allowing.is.value;
    if (list.size() == most_rules) continue;
    auto kept = outbound_rule(std::move(*rule), port, printable(value.name),
                              host::value_source(host, key, value.name), policy);
    if (kept) list.push_back(std::move(*kept));
  }
}

// What is found in one place counts, whatever could not be read in another; nothing found does not.
void settle(Fact<std::vector<FirewallRule>>& fact) {
  if (fact.is.value.empty() && !fact.is.why.empty()) fact.is.state = Presence::unreadable;
  if (fact.is.state != Presence::unreadable) fact.is.why.clear();
}

Rules outbound_rules(host::Host& host, std::uint16_t port) {
  const auto below = [](std::string_view parent, std::string_view name) {
    return fmt::format("{}\\{}", parent, name);
  };
  const std::string local = below(local_firewall, "FirewallRules");
  Rules out;
  start(out.blocking, host.real_key(local));
  start(out.allowing, host.real_key(local));
  read_rules(host, local, false, port, out);
  read_rules(host, below(firewall_policy, "FirewallRules"), true, port, out);
  read_rules(host, below(local_firewall, R"(Mdm\FirewallRules)"), true, port, out);
  settle(out.blocking);
  settle(out.allowing);
  return out;
}

// Drops of what goes out to the target's port, or of what the client or this program sends.
Reading<std::vector<evidence::FilterDropFacts>> drops(host::Host& host, std::uint16_t port) {
  auto all = host.filter_drops();
  Reading<std::vector<evidence::FilterDropFacts>> out{all.state, {}, printable(all.why)};
  for (const host::FilterDrop& drop : all.value) {
    if (out.value.size() == most_drops) break;
    const bool ours = is_client_program(drop.program) || lower(drop.program).ends_with("\\rdpdoctor.exe");
    if (drop.direction == "in" || (drop.remote_port != port && !ours)) continue;
    out.value.push_back({.at = drop.at,
                         .direction = printable(drop.direction, 10),
                         .protocol = printable(drop.protocol, 10),
                         .remote_address = printable(drop.remote_address, 60),
                         .remote_port = drop.remote_port,
                         .program = printable(drop.program, 300),
                         .filter = printable(drop.filter)});
  }
  return out;
}

}  // namespace

void inspect_client_firewall(host::Host& host, const Target& target, ClientFacts& facts) {
  facts.profiles = firewall_profiles(host);
  facts.default_outbound = of_each_profile(host, "DefaultOutboundAction");
  Rules rules = outbound_rules(host, target.port);
  facts.blocking = std::move(rules.blocking);
  facts.allowing = std::move(rules.allowing);
  facts.drops = drops(host, target.port);
}

}  // namespace rdpdoctor::inspect
