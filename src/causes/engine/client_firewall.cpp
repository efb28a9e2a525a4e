#include "causes/engine/client_firewall.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/firewall_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::FirewallProfile;
using evidence::FirewallRule;

namespace {

constexpr std::uint32_t any_protocol = 256;

std::optional<std::uint32_t> ipv4(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::uint32_t out = 0;
  for (const std::string_view part : parts) {
    const auto number = decimal<std::uint8_t>(part);
    if (!number) return std::nullopt;
    out = out << 8U | *number;
  }
  return out;
}

std::optional<std::uint32_t> mask_of(std::string_view text) {
  if (text.contains('.')) return ipv4(text);
  const auto bits = decimal<std::uint32_t>(text);
  if (!bits || 32 < *bits) return std::nullopt;
  return *bits == 0 ? 0 : ~std::uint32_t{0} << (32 - *bits);
}

enum class Holds { yes, no, unknown };

// "10.0.0.5", "10.0.0.0/8", "10.0.0.0/255.0.0.0", "10.0.0.1-10.0.0.9" ([MS-FASP] 2.2.21, RA4); words such as
// LocalSubnet depend on where the client is.
Holds has_address(std::string_view range, std::string_view address) {
  const auto wanted = ipv4(address);
  const std::size_t slash = range.find('/');
  const std::size_t dash = range.find('-');
  const auto first = ipv4(range.substr(0, std::min(slash, dash)));
  if (!wanted || !first) return Holds::unknown;
  if (slash != std::string_view::npos) {
    const auto mask = mask_of(range.substr(slash + 1));
    if (!mask) return Holds::unknown;
    return (*wanted & *mask) == (*first & *mask) ? Holds::yes : Holds::no;
  }
  if (dash == std::string_view::npos) return *wanted == *first ? Holds::yes : Holds::no;
  const auto last = ipv4(range.substr(dash + 1));
  if (!last) return Holds::unknown;
  return *first <= *wanted && *wanted <= *last ? Holds::yes : Holds::no;
}

// Several remote addresses are alternatives, anything else is a condition of its own.
Holds limits_hold(const FirewallRule& rule, std::string_view address) {
  if (rule.limits.empty()) return Holds::yes;
  bool in_range = false;
  for (const std::string& limit : rule.limits) {
    if (!lower(limit).starts_with("ra4=") && !lower(limit).starts_with("ra6=")) return Holds::unknown;
    const Holds holds = has_address(std::string_view(limit).substr(4), address);
    if (holds == Holds::unknown) return Holds::unknown;
    in_range = in_range || holds == Holds::yes;
  }
  return in_range ? Holds::yes : Holds::no;
}

bool is_on(const FirewallProfile& profile) {
  const std::uint32_t* enabled = profile.enabled.get();
  return !enabled || *enabled != 0;
}

// In a profile that is on; its local rules may not count.
bool counts(const FirewallRule& rule, const ClientFacts& client) {
  return std::ranges::any_of(client.profiles, [&](const FirewallProfile& profile) {
    const std::uint32_t* merge = profile.local_rules.get();
    const bool ignored = merge && *merge == 0 && !rule.by_policy;
    const bool here = rule.profiles.empty() || std::ranges::any_of(rule.profiles, [&](auto& name) {
                        return equal_ignoring_case(name, profile.name) || equal_ignoring_case(name, "All");
                      });
    return is_on(profile) && here && !ignored;
  });
}

bool is_for(const FirewallRule& rule, std::uint16_t port) {
  const bool protocol = rule.protocol == tcp_number || rule.protocol == any_protocol;
  const bool ports = rule.ports.empty() || std::ranges::any_of(rule.ports, [&](auto& span) {
                       return span.first <= port && port <= span.last;
                     });
  const bool program = rule.program.empty() || is_remote_desktop_client(rule.program);
  const bool service = rule.service.empty() || rule.service == "*";
  return protocol && ports && program && service;
}

std::string address_of(const CaseFile& c) {
  std::string main = main_address(c);
  if (!main.empty()) return main;
  return c.target.addresses.empty() ? c.target.host : c.target.addresses.front();
}

std::string rule_words(const FirewallRule& rule) {
  const std::string& name = rule.title.empty() || rule.title.starts_with('@') ? rule.name : rule.title;
  const std::string_view whom = rule.program.empty() ? "every program" : "Remote Desktop's client";
  std::string out = fmt::format("the outgoing rule \"{}\" blocks {}", printable(name, 80), whom);
  if (!rule.limits.empty()) out += ", limited by " + printable(join(rule.limits, ", "), 120);
  return out + (rule.by_policy ? "; a policy sets it, so it must be changed there" : "");
}

// The first of these rules, of profiles that are on, that holds for the target without doubt.
const FirewallRule* surely_of_target(const CaseFile& c, const ClientFacts& client,
                                     const std::vector<FirewallRule>& rules) {
  const std::string address = address_of(c);
  const auto at = std::ranges::find_if(rules, [&](const FirewallRule& rule) {
    return rule.active && is_for(rule, c.target.port) && counts(rule, client) &&
           limits_hold(rule, address) == Holds::yes;
  });
  return at == rules.end() ? nullptr : &*at;
}

// Outgoing is allowed unless a profile says otherwise.
void add_defaults(const ClientFacts& client, std::vector<OutboundBlock>& out) {
  const std::size_t known = std::min(client.profiles.size(), client.default_outbound.size());
  for (std::size_t i = 0; i < known; ++i) {
    const std::uint32_t* action = client.default_outbound[i].get();
    if (!is_on(client.profiles[i]) || !action || *action == 0) continue;
    out.push_back(
        {.line = line(client.default_outbound[i],
                      fmt::format("{}: what goes out is blocked unless a rule allows it, and none allows "
                                  "Remote Desktop's client{}",
                                  client.profiles[i].name, policy_words(client.default_outbound[i])))});
  }
}

}  // namespace

const FirewallRule* client_let_out(const CaseFile& c, const ClientFacts& client) {
  return surely_of_target(c, client, client.allowing.is.value);
}

std::vector<OutboundBlock> outbound_blocks(const CaseFile& c, const ClientFacts& client) {
  std::vector<OutboundBlock> out, limited;
  const std::string address = address_of(c);
  for (const FirewallRule& rule : client.blocking.is.value) {
    if (!rule.active || rule.action != "block" || !is_for(rule, c.target.port) || !counts(rule, client))
      continue;
    const Holds holds = limits_hold(rule, address);
    if (holds == Holds::no) continue;
    auto& list = holds == Holds::unknown ? limited : out;
    list.push_back({.line = {rule.source, rule_words(rule)},
                    .of_program = !rule.program.empty(),
                    .limited = holds == Holds::unknown});
  }
  if (!client_let_out(c, client)) add_defaults(client, out);
  std::ranges::move(limited, std::back_inserter(out));
  return out;
}

std::optional<Untested> outbound_unread(const ClientFacts& client) {
  if (client.profiles.empty()) return needs_reading("the client's firewall profiles", "not looked at");
  for (const FirewallProfile& profile : client.profiles)
    if (unreadable(profile.enabled)) return needs_reading(profile.enabled);
  for (const evidence::NumberFact& fact : client.default_outbound)
    if (unreadable(fact)) return needs_reading(fact);
  if (unreadable(client.blocking)) return needs_reading(client.blocking);
  if (unread(client.drops)) return needs_reading_of("what Windows' filters dropped lately", client.drops);
  return std::nullopt;
}

}  // namespace rdpdoctor::causes
