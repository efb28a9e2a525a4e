#include "causes/engine/firewall_views.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::FirewallFacts;
using evidence::FirewallProfile;
using evidence::FirewallRule;
using evidence::NumberFact;
using RuleList = Fact<std::vector<FirewallRule>>;

namespace {

constexpr std::uint32_t any_protocol = 256, disabled = 4;

// Since Windows 8 and Server 2012 the service itself listens; before, the kernel did.
constexpr std::uint32_t first_user_mode_listener = 9200;

bool listens_in_kernel(const HostFacts& host) {
  auto build = build_of(host);
  return build && *build < first_user_mode_listener;
}

bool is_service_host(std::string_view program) {
  return equal_ignoring_case(program.substr(program.rfind('\\') + 1), "svchost.exe");
}

bool for_the_service(const FirewallRule& rule, const HostFacts& host) {
  bool service =
      rule.service.empty() || rule.service == "*" || equal_ignoring_case(rule.service, "termservice");
  bool kernel = equal_ignoring_case(rule.program, "System");
  bool program = rule.program.empty() || (kernel ? listens_in_kernel(host) : is_service_host(rule.program));
  return service && program;
}

bool holds_in(const FirewallRule& rule, const FirewallProfile& profile) {
  return rule.profiles.empty() || std::ranges::any_of(rule.profiles, [&](const std::string& name) {
           return equal_ignoring_case(name, profile.name) || equal_ignoring_case(name, "All");
         });
}

bool has_port(const FirewallRule& rule, std::uint16_t port) {
  return rule.ports.empty() || std::ranges::any_of(rule.ports, [&](const evidence::PortSpan& span) {
           return span.first <= port && port <= span.last;
         });
}

// The port as the rules say it, for people.
std::string rule_words(const FirewallRule& rule) {
  std::string what = rule.active ? "" : ", switched off";
  return fmt::format("the rule {}{}", printable(rule.name, 80), what);
}

std::string_view protocol_word(std::uint32_t protocol) {
  return protocol == udp_number ? "UDP" : "TCP";
}

struct Match {
  const FirewallRule* open = nullptr;
  const FirewallRule* limited = nullptr;
  const FirewallRule* block = nullptr;
  const FirewallRule* off = nullptr;  // would admit it if it were switched on
};

void weigh(const FirewallRule& rule, Match& match) {
  bool allows = rule.action == "allow";
  if (!rule.active) {
    if (allows && !match.off) match.off = &rule;
  } else if (rule.action == "block") {
    if (rule.limits.empty() && !match.block) match.block = &rule;
  } else if (allows && rule.limits.empty()) {
    if (!match.open) match.open = &rule;
  } else if (!match.limited) {
    match.limited = &rule;
  }
}

Match match_rules(const HostFacts& host, const FirewallProfile& profile, std::uint32_t protocol) {
  Match match;
  const std::uint32_t* merge = profile.local_rules.get();
  bool local_counts = !merge || *merge != 0;
  const FirewallFacts& firewall = host.firewall;
  for (const RuleList* list : {&firewall.policy, &firewall.managed, &firewall.listed}) {
    if (!list->get() || (list == &firewall.listed && !local_counts)) continue;
    for (const FirewallRule& rule : *list->get()) {
      bool protocol_fits = rule.protocol == protocol || rule.protocol == any_protocol;
      bool fits = protocol_fits && has_port(rule, listener_port(host)) && holds_in(rule, profile) &&
                  for_the_service(rule, host);
      if (fits) weigh(rule, match);
    }
  }
  return match;
}

// Nothing admits it: what stands there instead.
EvidenceLine shut_line(const HostFacts& host, const FirewallProfile& profile, std::uint32_t protocol,
                       const Match& match) {
  std::string what = fmt::format("{}: no rule admits {} port {}", profile.name, protocol_word(protocol),
                                 listener_port(host));
  const std::uint32_t* merge = profile.local_rules.get();
  if (merge && *merge == 0) {
    return line(
        profile.local_rules,
        what + " by policy, and AllowLocalPolicyMerge is 0, so that the host's own rules don't count");
  }
  if (match.off) return {match.off->source, what + "; " + rule_words(*match.off)};
  return {host.firewall.listed.source, what};
}

// A value that decides and can't be read.
const NumberFact* unknown_setting(const FirewallProfile& profile) {
  for (const NumberFact* fact : {&profile.enabled, &profile.no_exceptions, &profile.default_inbound})
    if (unreadable(*fact)) return fact;
  return nullptr;
}

const RuleList* unknown_rules(const HostFacts& host, const FirewallProfile& profile) {
  const FirewallFacts& firewall = host.firewall;
  if (unreadable(firewall.policy)) return &firewall.policy;
  const std::uint32_t* merge = profile.local_rules.get();
  bool local_counts = !merge || *merge != 0;
  // Windows has rules of its own from the first start on: none at all is no reading.
  if (local_counts && !firewall.listed.get()) return &firewall.listed;
  return nullptr;
}

Passage by_rules(const HostFacts& host, const FirewallProfile& profile, std::uint32_t protocol) {
  Passage out{.profile = profile.name};
  const std::uint32_t* inbound = profile.default_inbound.get();
  Match match = match_rules(host, profile, protocol);
  const RuleList* unread = unknown_rules(host, profile);
  bool left_out = host.firewall.left_out != 0 && !match.open;
  if (match.block) {
    out.gate = Gate::shut;
    out.line = {match.block->source,
                fmt::format("{}: {} blocks {} port {}, and a block wins over what allows", profile.name,
                            rule_words(*match.block), protocol_word(protocol), listener_port(host))};
  } else if (unread) {
    out.line = {unread->source, unread->get() || !unread->is.why.empty() ? unread->is.why : "not there"};
  } else if (match.open || (inbound && *inbound == 0)) {
    out.gate = Gate::open;
    out.line = match.open ? EvidenceLine{match.open->source, fmt::format("{}: {} admits it", profile.name,
                                                                         rule_words(*match.open))}
                          : line(profile.default_inbound,
                                 fmt::format("{}: what comes in is allowed by default", profile.name));
  } else if (left_out) {
    out.line = {host.firewall.listed.source, "more rules of that port than are kept"};
  } else if (match.limited) {
    out.gate = Gate::limited;
    out.line = {match.limited->source,
                fmt::format("{}: {} admits only {}", profile.name, rule_words(*match.limited),
                            printable(join(match.limited->limits, ", "), 160))};
  } else {
    out.gate = Gate::shut;
    out.line = shut_line(host, profile, protocol, match);
  }
  return out;
}

Passage passage(const HostFacts& host, const FirewallProfile& profile, std::uint32_t protocol) {
  const std::uint32_t* enabled = profile.enabled.get();
  if (enabled && *enabled == 0)
    return {profile.name, Gate::open, line(profile.enabled, profile.name + ": the firewall is off")};
  if (const NumberFact* unknown = unknown_setting(profile))
    return {profile.name, Gate::unknown, {unknown->source, unknown->is.why}};
  const std::uint32_t* none = profile.no_exceptions.get();
  if (none && *none != 0) {
    return {profile.name, Gate::shut,
            line(profile.no_exceptions,
                 fmt::format("{}: DoNotAllowExceptions is {}, so that no rule admits anything{}",
                             profile.name, *none, policy_words(profile.no_exceptions)))};
  }
  return by_rules(host, profile, protocol);
}

}  // namespace

std::vector<Passage> passages(const HostFacts& host, std::uint32_t protocol) {
  std::vector<Passage> out;
  for (const FirewallProfile& profile : host.firewall.profiles)
    out.push_back(passage(host, profile, protocol));
  return out;
}

std::string firewall_off(const HostFacts& host) {
  const FirewallFacts& firewall = host.firewall;
  const std::uint32_t* start = firewall.service_start.get();
  if (start && *start == disabled)
    return fmt::format("the firewall's service mpssvc is disabled, so that its rules don't matter ({})",
                       firewall.service_start.source);
  bool off = !firewall.profiles.empty() &&
             std::ranges::all_of(firewall.profiles, [](const FirewallProfile& profile) {
               return profile.enabled.get() && *profile.enabled.get() == 0;
             });
  return off ? fmt::format("Windows' firewall is off in every profile ({})",
                           firewall.profiles.front().enabled.source)
             : "";
}

const evidence::KnownNetwork* last_network(const HostFacts& host) {
  const auto* networks = host.network.networks.get();
  if (!networks) return nullptr;
  const evidence::KnownNetwork* last = nullptr;
  for (const evidence::KnownNetwork& network : *networks) {
    if (network.last_connected.empty()) continue;
    if (!last || last->last_connected < network.last_connected) last = &network;
  }
  return last;
}

}  // namespace rdpdoctor::causes
