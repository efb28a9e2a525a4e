#include "report/client_topics.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/schannel_suites.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {
namespace {

using evidence::ClientFacts;
using evidence::ClientTopic;

// Where a cause of the client's shows.
struct Told {
  std::string_view cause;
  ClientTopic topic;
};
constexpr Told told_by[] = {{"client-self-connect", ClientTopic::system},
                            {"client-outdated", ClientTopic::version},
                            {"client-tls-policy", ClientTopic::tls},
                            {"client-credssp-policy", ClientTopic::tls},
                            {"client-fips", ClientTopic::tls},
                            {"client-udp-forced", ClientTopic::udp},
                            {"client-udp-off", ClientTopic::udp},
                            {"client-saved-credentials-stale", ClientTopic::credentials},
                            {"client-firewall-blocks", ClientTopic::firewall},
                            {"client-security-software", ClientTopic::security},
                            {"client-socket-catalog", ClientTopic::sockets},
                            {"client-log-off", ClientTopic::log}};

StageLine line_of(ClientTopic topic, std::string summary, bool unread) {
  return {
      .outcome = unread ? Outcome::skipped : Outcome::passed, .summary = std::move(summary), .client = topic};
}

// "can't be read (needs elevation)": why, as far as its first bracket.
template <class T>
std::string unread_words(const Reading<T>& r, std::string_view what) {
  if (r.state == Presence::not_looked) return fmt::format("{} not looked at", what);
  const std::string why = r.why.substr(0, r.why.find(" ("));
  return why.empty() ? fmt::format("{} can't be read", what)
                     : fmt::format("{} can't be read ({})", what, why);
}

template <class T>
bool is_unread(const Reading<T>& r) {
  return r.state == Presence::unreadable || r.state == Presence::not_looked;
}

StageLine system_line(const ClientFacts& c) {
  std::vector<std::string> parts;
  const std::string* product = c.product.get();
  const std::string* build = c.build.get();
  if (product) parts.push_back(*product + (build ? fmt::format(" ({})", *build) : ""));
  if (!c.addresses.empty()) parts.push_back(join(c.addresses, ", "));
  const bool unread = is_unread(c.product.is) || is_unread(c.computer_name.is);
  if (parts.empty()) parts.emplace_back(unread ? "can't be read" : "not told");
  return line_of(ClientTopic::system, join(parts, "; "), unread);
}

StageLine version_line(const ClientFacts& c) {
  std::string words = c.library_version.get() ? "mstscax.dll " + *c.library_version.get()
                      : c.library_version.is.state == Presence::absent
                          ? "there is no mstscax.dll with a version"
                          : unread_words(c.library_version.is, "mstscax.dll");
  return line_of(ClientTopic::version, std::move(words), is_unread(c.library_version.is));
}

// What is set, and no more: what a version does that nobody set depends on the build.
StageLine tls_line(const ClientFacts& c) {
  std::vector<std::string> parts;
  bool unread = c.protocols.empty() || is_unread(c.cipher_suites.is) || is_unread(c.fips.is);
  std::vector<std::string> off, on;
  for (const evidence::ProtocolFacts& p : c.protocols) {
    unread = unread || is_unread(p.enabled.is) || is_unread(p.disabled_by_default.is);
    const std::uint32_t* enabled = p.enabled.get();
    const std::uint32_t* disabled = p.disabled_by_default.get();
    if ((enabled && *enabled == 0) || (disabled && *disabled != 0))
      off.push_back(p.name);
    else if (enabled || disabled)
      on.push_back(p.name);
  }
  if (!on.empty()) parts.push_back(join(on, ", ") + " set on");
  if (!off.empty()) parts.push_back(join(off, ", ") + " set off");
  if (const auto* suites = c.cipher_suites.get(); suites && c.cipher_suites.by_policy)
    parts.push_back(count_of(causes::read_suites(*suites, 0).names, "cipher suite") + " by policy");
  if (const std::uint32_t* fips = c.fips.get(); fips && *fips != 0) parts.emplace_back("FIPS mode");
  if (const std::uint32_t* oracle = c.encryption_oracle.get())
    parts.push_back(fmt::format("AllowEncryptionOracle {}", *oracle));
  if (unread) parts.emplace_back("not all of it can be read");
  if (parts.empty()) parts.emplace_back("nothing is set: as Windows has it");
  return line_of(ClientTopic::tls, join(parts, "; "), unread);
}

StageLine udp_line(const ClientFacts& c) {
  const std::uint32_t* off = c.disable_udp.get();
  std::string words = is_unread(c.disable_udp.is)
                          ? unread_words(c.disable_udp.is, "whether it is switched off")
                      : off && *off != 0 ? "switched off: TCP only"
                                         : "not switched off";
  if (c.disable_udp.by_policy) words += ", by policy";
  return line_of(ClientTopic::udp, std::move(words), is_unread(c.disable_udp.is));
}

StageLine credentials_line(const ClientFacts& c) {
  const auto* all = c.credentials.get();
  std::string words = !all           ? unread_words(c.credentials, "saved ones")
                      : all->empty() ? "none saved for Remote Desktop"
                                     : "saved for Remote Desktop: " + count_of(all->size(), "target");
  if (c.credentials.state == Presence::absent) words = "none saved for Remote Desktop";
  return line_of(ClientTopic::credentials, std::move(words), is_unread(c.credentials));
}

std::string profile_words(const ClientFacts& c) {
  std::vector<std::string> off, shut;
  for (std::size_t i = 0; i < c.profiles.size(); ++i) {
    const std::uint32_t* enabled = c.profiles[i].enabled.get();
    const bool is_off = enabled && *enabled == 0;
    if (is_off) off.push_back(c.profiles[i].name);
    const std::uint32_t* action = i < c.default_outbound.size() ? c.default_outbound[i].get() : nullptr;
    if (!is_off && action && *action == 1) shut.push_back(c.profiles[i].name);
  }
  if (!off.empty() && off.size() == c.profiles.size()) return "off";
  std::string out;
  if (!off.empty()) out = "off in " + join(off, ", ");
  if (!shut.empty())
    out += fmt::format("{}{} lets out only what a rule allows", out.empty() ? "" : "; ", join(shut, ", "));
  return out;
}

StageLine firewall_line(const evidence::CaseFile& file) {
  const ClientFacts& c = *file.client;
  std::vector<std::string> parts;
  if (std::string profiles = profile_words(c); !profiles.empty()) parts.push_back(std::move(profiles));
  const bool unread = is_unread(c.blocking.is);
  const std::size_t blocking = c.blocking.is.value.size();
  if (unread)
    parts.push_back(unread_words(c.blocking.is, "its rules"));
  else if (blocking == 0)
    parts.push_back(fmt::format("no rule blocks mstsc.exe or port {}", file.target.port));
  else
    parts.push_back(
        fmt::format("{} mstsc.exe or port {}", count_of(blocking, "rule") + " against", file.target.port));
  if (const auto* drops = c.drops.get(); drops && !drops->empty())
    parts.push_back(count_of(drops->size(), "recorded drop"));
  // Windows keeps drops for administrators alone; without them the rules are still judged.
  if (c.drops.state == Presence::unreadable) parts.push_back(unread_words(c.drops, "recorded drops"));
  return line_of(ClientTopic::firewall, join(parts, "; "), unread);
}

StageLine security_line(const ClientFacts& c) {
  const auto* all = c.security_products.get();
  std::vector<std::string> names;
  if (all)
    for (const evidence::SecurityProductFacts& p : *all)
      names.push_back(fmt::format("{} ({}{})", p.name, p.kind, p.on && !*p.on ? ", off" : ""));
  const bool none = c.security_products.state == Presence::absent || (all && all->empty());
  std::string words = none   ? "no product is registered"
                      : !all ? unread_words(c.security_products, "registered products")
                             : join(names, ", ");
  return line_of(ClientTopic::security, std::move(words), is_unread(c.security_products));
}

StageLine sockets_line(const ClientFacts& c) {
  const auto* all = c.socket_catalog.get();
  std::vector<std::string> foreign;
  if (all)
    for (const evidence::SocketProvider& p : *all)
      if (!p.own && std::ranges::find(foreign, p.library) == foreign.end()) foreign.push_back(p.library);
  std::string words = !all && c.socket_catalog.is.state == Presence::absent ? "there is no catalogue"
                      : !all ? unread_words(c.socket_catalog.is, "Winsock's catalogue")
                      : foreign.empty()
                          ? "Winsock's catalogue has Windows' own libraries only"
                          : "in Winsock's catalogue beside Windows' own: " + join(foreign, ", ");
  return line_of(ClientTopic::sockets, std::move(words), is_unread(c.socket_catalog.is));
}

StageLine log_line(const ClientFacts& c) {
  std::vector<std::string> on, off;
  bool unread = c.channels.empty();
  for (const evidence::ClientChannel& channel : c.channels) {
    const std::string name = channel.channel.substr(channel.channel.rfind('/') + 1);
    unread = unread || is_unread(channel.enabled.is);
    if (const std::uint32_t* enabled = channel.enabled.get()) (*enabled != 0 ? on : off).push_back(name);
  }
  std::vector<std::string> parts;
  if (!on.empty()) parts.push_back(join(on, ", ") + " on");
  if (!off.empty()) parts.push_back(join(off, ", ") + " off");
  if (unread) parts.emplace_back("not all channels can be read");
  if (parts.empty()) parts.emplace_back("Windows knows no such channel");
  return line_of(ClientTopic::log, join(parts, "; "), unread);
}

void mark(StageLine& line, const causes::Diagnosis& d) {
  for (const causes::RankedCause& r : d.causes) {
    const bool here = std::ranges::any_of(
        told_by, [&](const Told& t) { return t.cause == r.cause->id && line.client == t.topic; });
    if (!here || r.found.note) continue;
    const bool fails = r.found.explains && r.found.certainty != causes::Certainty::possible;
    if (fails) line.outcome = Outcome::failed;
    if (!fails && line.outcome == Outcome::passed) line.outcome = Outcome::warning;
  }
}

}  // namespace

std::string_view name_of(ClientTopic topic) {
  switch (topic) {
    case ClientTopic::system: return "client system";
    case ClientTopic::version: return "client version";
    case ClientTopic::tls: return "client schannel";
    case ClientTopic::udp: return "client udp";
    case ClientTopic::credentials: return "client credentials";
    case ClientTopic::firewall: return "client firewall";
    case ClientTopic::security: return "client security";
    case ClientTopic::sockets: return "client sockets";
    case ClientTopic::log: return "client log";
  }
  return "";
}

std::vector<StageLine> client_ladder(const evidence::CaseFile& c, const causes::Diagnosis& d) {
  if (!c.client) return {};
  const ClientFacts& f = *c.client;
  std::vector<StageLine> lines = {system_line(f),   version_line(f),     tls_line(f),
                                  udp_line(f),      credentials_line(f), firewall_line(c),
                                  security_line(f), sockets_line(f),     log_line(f)};
  for (StageLine& line : lines) mark(line, d);
  return lines;
}

std::string client_words(const ClientFacts& client) {
  const std::string* name = client.computer_name.get();
  const std::string* domain = client.domain.get();
  if (!name) return "the client";
  return "the client, " + *name + (domain && !domain->empty() ? "." + *domain : "");
}

}  // namespace rdpdoctor::report
