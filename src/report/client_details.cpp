// With --verbose: the entries that the client's lines count.
#include "base/text.h"
#include "evidence/host_firewall_facts.h"
#include "fmt/core.h"
#include "report/client_topics.h"
#include "report/layout.h"

namespace rdpdoctor::report {
namespace {

using evidence::ClientFacts;
using Lines = std::vector<std::string>;

std::string when(const std::optional<Instant>& at) {
  return at ? ", written " + to_rfc3339(*at) : "";
}

void setting(Lines& out, std::string_view name, const evidence::NumberFact& fact) {
  if (const std::uint32_t* number = fact.get())
    out.push_back(
        fmt::format("{} {}{} [{}]", name, *number, fact.by_policy ? " by policy" : "", fact.source));
  else if (fact.is.state == Presence::unreadable)
    out.push_back(fmt::format("{} can't be read: {} [{}]", name, fact.is.why, fact.source));
}

void rules(Lines& out, std::string_view what,
           const evidence::Fact<std::vector<evidence::FirewallRule>>& fact) {
  for (const evidence::FirewallRule& rule : fact.is.value) {
    std::string ports;
    for (const evidence::PortSpan& span : rule.ports) ports += fmt::format(" {}-{}", span.first, span.last);
    out.push_back(fmt::format("rule that {}: {}, protocol {}{}{}{} [{}]", what, rule.title, rule.protocol,
                              ports.empty() ? "" : ", ports" + ports,
                              rule.program.empty() ? "" : ", " + rule.program,
                              rule.limits.empty() ? "" : ", where " + join(rule.limits, ", "), rule.source));
  }
  if (fact.is.state == Presence::unreadable)
    out.push_back(fmt::format("rules can't be read: {} [{}]", fact.is.why, fact.source));
}

void settings(Lines& out, const ClientFacts& c) {
  for (const evidence::ProtocolFacts& p : c.protocols) {
    setting(out, p.name + ": Enabled", p.enabled);
    setting(out, p.name + ": DisabledByDefault", p.disabled_by_default);
  }
  setting(out, "FIPS mode", c.fips);
  setting(out, "AllowEncryptionOracle", c.encryption_oracle);
  setting(out, "RestrictSendingNTLMTraffic", c.restrict_sending_ntlm);
  setting(out, "UDP switched off", c.disable_udp);
}

void lists(Lines& out, const ClientFacts& c) {
  for (const auto& saved : c.credentials.value)
    out.push_back(fmt::format("{} as {} ({}{})", saved.target, saved.user, saved.kind, when(saved.written)));
  rules(out, "blocks", c.blocking);
  rules(out, "allows", c.allowing);
  for (const auto& drop : c.drops.value)
    out.push_back(fmt::format("dropped {}: {} to {} port {} by {}, filter {}", to_rfc3339(drop.at),
                              drop.protocol, drop.remote_address, drop.remote_port, drop.program,
                              drop.filter));
  for (const auto& product : c.security_products.value)
    out.push_back(
        fmt::format("{}, {}{}", product.name, product.kind, product.path.empty() ? "" : ", " + product.path));
  for (const auto& provider : c.socket_catalog.is.value)
    out.push_back(fmt::format("{} {}: {}{}", provider.kind, provider.name, provider.library,
                              provider.own ? "" : " (not Windows' own)"));
  for (const auto& channel : c.channels) setting(out, channel.channel, channel.enabled);
}

}  // namespace

std::string client_details(const evidence::CaseFile& c, const TerminalStyle& style) {
  if (!c.client) return "";
  Lines lines;
  settings(lines, *c.client);
  lists(lines, *c.client);
  std::string out;
  for (const std::string& line : lines) out += hanging("    ", line, style.width);
  return out.empty() ? "" : "\n" + client_words(*c.client) + "\n" + out;
}

}  // namespace rdpdoctor::report
