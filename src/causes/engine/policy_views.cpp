#include "causes/engine/policy_views.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/told.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::ListenerFacts;
using evidence::NumberFact;
using evidence::ProtocolFacts;

namespace {

// Microsoft, "Protocols in TLS/SSL (Schannel SSP)", the server's columns. TLS 1.3 of Windows 10 was an
// experiment and is not supported. What builds of 26100 and later do with TLS 1.0 and 1.1 is not certain.
constexpr std::uint32_t server_2008_sp2 = 6002, windows_8 = 9200, server_2022 = 20348,
                        windows_11_24h2 = 26100;

ProtocolState default_of(std::string_view version, std::uint32_t build) {
  if (version == "TLS 1.3") return server_2022 <= build ? ProtocolState::on : ProtocolState::not_there;
  bool old = version != "TLS 1.2";
  if (old && windows_11_24h2 <= build) return ProtocolState::unknown;
  if (version == "TLS 1.0") return ProtocolState::on;
  if (windows_8 <= build) return ProtocolState::on;
  return server_2008_sp2 <= build ? ProtocolState::not_by_default : ProtocolState::not_there;
}

Protocol by_default(const HostFacts& host, const ProtocolFacts& facts) {
  std::optional<std::uint32_t> build = build_of(host);
  if (!build) return {.needs = needs_reading(host.system.build)};
  ProtocolState state = default_of(facts.name, *build);
  static constexpr std::string_view words[] = {"on", "off", "off", "unknown", "not certain"};
  std::string_view word = words[static_cast<std::size_t>(state)];
  std::string text =
      state == ProtocolState::not_there
          ? fmt::format("build {} does not have {}", *build, facts.name)
          : fmt::format("{} is not set, and by default it is {} in build {}", facts.name, word, *build);
  return {.state = state,
          .line = {facts.enabled.source, std::move(text)},
          .needs = needs("what this Windows does with " + facts.name + " by default")};
}

// "Enabled" 0 is off whatever else stands there; any other number is on, 1 as much as 0xffffffff, unless
// DisabledByDefault is not 0. [Microsoft, "Transport Layer Security (TLS) registry settings"]
Protocol as_set(const HostFacts& host, const ProtocolFacts& facts) {
  const std::uint32_t* enabled = facts.enabled.get();
  if (enabled && *enabled == 0) {
    return {
        .state = ProtocolState::off,
        .line = line(facts.enabled, fmt::format("{} is switched off for servers: Enabled is 0", facts.name)),
        .by_hand = true};
  }
  if (unreadable(facts.enabled)) return {.needs = needs_reading(facts.enabled)};
  if (unreadable(facts.disabled_by_default)) return {.needs = needs_reading(facts.disabled_by_default)};
  const std::uint32_t* disabled = facts.disabled_by_default.get();
  if (disabled && *disabled != 0) {
    return {.state = ProtocolState::not_by_default,
            .line = line(facts.disabled_by_default,
                         fmt::format("DisabledByDefault is {}, so {} serves only programs that ask for it by "
                                     "name",
                                     *disabled, facts.name)),
            .by_hand = true};
  }
  if (!enabled) return by_default(host, facts);
  return {.state = ProtocolState::on,
          .line = line(facts.enabled, fmt::format("{} is on: Enabled is 0x{:x}", facts.name, *enabled)),
          .by_hand = true};
}

bool fits_complaint(const Cause& cause, const CaseFile& c) {
  return c.complaint && std::ranges::any_of(cause.codes, [&](const CodeFit& fit) {
           return fit.value == c.complaint->code ||
                  (c.complaint->extended && fit.value == *c.complaint->extended);
         });
}

}  // namespace

std::optional<std::uint32_t> build_of(const HostFacts& host) {
  const std::string* build = host.system.build.get();
  if (!build) return std::nullopt;
  return decimal<std::uint32_t>(std::string_view(*build).substr(0, build->find('.')));
}

Protocol protocol_of(const HostFacts& host, std::string_view version) {
  const auto& list = host.tls.protocols;
  auto at = std::ranges::find_if(list, [&](const ProtocolFacts& p) { return p.name == version; });
  if (at == list.end()) return {.needs = needs_inspection()};
  Protocol set = as_set(host, *at);
  bool can_be_on = set.state == ProtocolState::on || set.state == ProtocolState::not_by_default;
  if (!can_be_on) return set;
  Protocol own = by_default(host, *at);
  return own.state == ProtocolState::not_there ? own : set;
}

bool tls_unused(const HostFacts& host) {
  const ListenerFacts* listener = rdp_listener(host);
  if (!listener) return false;
  const std::uint32_t* layer = listener->security_layer.get();
  const std::uint32_t* nla = listener->user_authentication.get();
  return layer && *layer == 0 && nla && *nla == 0;
}

bool is_domain_controller(const HostFacts& host) {
  const std::string* type = host.logon.product_type.get();
  return type && equal_ignoring_case(*type, "LanmanNT");
}

std::optional<bool> in_domain(const HostFacts& host) {
  if (const std::string* domain = host.system.domain.get()) return !domain->empty();
  return absent(host.system.domain) ? std::optional(false) : std::nullopt;
}

Verdict excluded_if_whole(const HostFacts& host, std::string_view hive, std::string because) {
  std::string doubts = doubts_of(host, hive);
  if (doubts.empty()) return excluded(std::move(because));
  return needs(fmt::format("a whole {} hive: {}", hive, doubts));
}

void temper(const HostFacts& host, std::string_view hive, Found& found) {
  std::string doubts = doubts_of(host, hive);
  if (doubts.empty()) return;
  found.certainty = std::max(found.certainty, Certainty::likely);
  found.evidence.push_back({std::string(hive), doubts + ", so this may not be its last state"});
}

Verdict excluded_unless_told(const CaseFile& c, std::string_view cause, Verdict by_registry,
                             Verdict otherwise) {
  const Cause* self = find_cause(cause);
  bool seen = !c.connections.empty();
  bool speaks = seen || !self || fits_complaint(*self, c) || told_of(*self, c).has_value();
  return speaks ? std::move(otherwise) : std::move(by_registry);
}

std::optional<Found> by_setting_alone(const evidence::NumberFact& fact, std::uint32_t bad, std::string text) {
  if (!unreadable(fact) || !fact.local || *fact.local != bad) return std::nullopt;
  return Found{Certainty::likely,
               {{fact.local_source, std::move(text)},
                line(fact, "whether a policy says otherwise could not be read: " + fact.is.why)},
               true,
               ""};
}

}  // namespace rdpdoctor::causes
