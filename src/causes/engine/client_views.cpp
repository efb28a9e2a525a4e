#include "causes/engine/client_views.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/log_views.h"
#include "causes/engine/name_views.h"
#include "causes/engine/tcp_views.h"
#include "causes/engine/tls_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::SecurityProductFacts;
using evidence::TlsOutcome;

namespace {

std::string_view file_name(std::string_view path) {
  return path.substr(path.find_last_of("\\/") + 1);
}

// "\Program Files\ESET" of "C:\Program Files\ESET\ekrn.exe", and of "\device\harddiskvolume3\Program
// Files\ESET\ekrn.exe", as the filtering platform writes it.
std::string_view folder_of(std::string_view path) {
  static constexpr std::string_view device = R"(\device\)";
  if (lower(path.substr(0, device.size())) == device) {
    const std::size_t volume = path.find('\\', device.size());
    path = volume == std::string_view::npos ? std::string_view{} : path.substr(volume);
  } else if (2 < path.size() && path[1] == ':') {
    path.remove_prefix(2);
  }
  const std::size_t end = path.find_last_of("\\/");
  return end == std::string_view::npos ? std::string_view{} : path.substr(0, end);
}

// "[2001:db8::5]:3389", "10.0.0.5:3389", "srv:3389": without the port. More than one colon is an address.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && colon == text.rfind(':') ? text.substr(0, colon) : text;
}

std::string_view first_label(std::string_view name) {
  return name.substr(0, name.find('.'));
}

// An address that is literally in `list`; IPv6 as RFC 5952 writes it, as evidence does.
bool is_among(const std::vector<std::string>& list, std::string_view address) {
  return std::ranges::any_of(list, [&](auto& one) { return equal_ignoring_case(one, address); });
}

std::vector<std::string> target_addresses(const CaseFile& c) {
  std::vector<std::string> out = c.target.addresses;
  if (out.empty() && c.target.is_address) out.push_back(c.target.host);
  for (const Connection& conn : c.connections) {
    const std::string& address = conn.asked.address;
    if (!address.empty() && !is_among(out, address)) out.push_back(address);
  }
  return out;
}

}  // namespace

const ClientFacts* client_of(const CaseFile& c) {
  return c.client ? &*c.client : nullptr;
}

Untested needs_client_look() {
  return needs(need::client);
}
Verdict needs_client_code(const CaseFile& c) {
  return needs(c.client ? need::client_code : need::client);
}

namespace {

std::optional<std::uint32_t> newest_rollup(const ClientFacts& client, std::uint32_t build) {
  std::optional<std::uint32_t> newest;
  const std::string prefix = fmt::format("{}.", build);
  for (const evidence::TextFact& rollup : client.updates.rollups) {
    const std::string* text = rollup.get();
    if (!text || !text->starts_with(prefix)) continue;
    const auto revision = decimal<std::uint32_t>(std::string_view(*text).substr(prefix.size()));
    if (revision) newest = std::max(newest.value_or(0), *revision);
  }
  return newest;
}

}  // namespace

std::optional<Build> build_of(const ClientFacts& client) {
  const std::string* told = client.build.get();
  if (!told) return std::nullopt;
  const std::string_view text = *told;
  const std::size_t dot = text.find('.');
  const auto number = decimal<std::uint32_t>(text.substr(0, dot));
  if (!number) return std::nullopt;
  Build out{*number, std::nullopt};
  if (dot != std::string_view::npos) out.revision = decimal<std::uint32_t>(text.substr(dot + 1));
  if (!out.revision) out.revision = newest_rollup(client, *number);
  return out;
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

bool is_own_name(const ClientFacts& client, std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (equal_ignoring_case(name, "localhost")) return true;
  const std::string* own = client.computer_name.get();
  if (!own || own->empty() || name.empty() || !names_match(name, *own)) return false;
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return true;
  const std::string* domain = client.domain.get();
  return domain && equal_ignoring_case(name.substr(dot + 1), *domain);
}

std::optional<EvidenceLine> own_target(const CaseFile& c, const ClientFacts& client) {
  std::vector<std::string> addresses = c.target.addresses;
  if (addresses.empty() && c.target.is_address) addresses.push_back(c.target.host);
  for (const std::string& address : addresses) {
    if (is_loopback(address))
      return EvidenceLine{client.source,
                          fmt::format("{} leads back to the machine itself", printable(address, 60))};
    if (is_among(client.addresses, address))
      return EvidenceLine{client.source,
                          fmt::format("{} is an address of the client itself", printable(address, 60))};
  }
  if (!addresses.empty() || !is_own_name(client, c.target.host)) return std::nullopt;
  return line(client.computer_name, fmt::format("{} is the client's own name", printable(c.target.host, 80)));
}

std::vector<const evidence::SavedCredentialFacts*> saved_for(const CaseFile& c, const ClientFacts& client) {
  static constexpr std::string_view prefix = "termsrv/";
  std::vector<std::string> names = target_addresses(c);
  names.push_back(c.target.host);
  names.emplace_back(without_port(c.target.asked));
  std::vector<const evidence::SavedCredentialFacts*> out;
  for (const evidence::SavedCredentialFacts& entry : client.credentials.value) {
    if (!lower(entry.target).starts_with(prefix)) continue;
    const std::string_view of = without_port(std::string_view(entry.target).substr(prefix.size()));
    const bool fits = std::ranges::any_of(names, [&](const std::string& name) {
      if (name.empty() || of.empty()) return false;
      // A short name on either side stands for the whole one; two whole names must be the same.
      const bool literal = name.contains(':') || (!name.empty() && '0' <= name[0] && name[0] <= '9');
      const bool short_form = !literal && (!name.contains('.') || !of.contains('.'));
      return equal_ignoring_case(name, of) ||
             (short_form && equal_ignoring_case(first_label(name), first_label(of)));
    });
    if (fits) out.push_back(&entry);
  }
  return out;
}

bool is_remote_desktop_client(std::string_view program) {
  static constexpr std::string_view programs[] = {"mstsc.exe", "msrdc.exe", "msrdcw.exe"};
  return std::ranges::any_of(programs,
                             [&](std::string_view p) { return equal_ignoring_case(file_name(program), p); });
}

bool is_of_target(const CaseFile& c, const FilterDropFacts& drop) {
  const bool outgoing = drop.direction.empty() || drop.direction == "out";
  const bool tcp = equal_ignoring_case(drop.protocol, "tcp") || drop.protocol == "6";
  return outgoing && tcp && drop.remote_port == c.target.port &&
         is_among(target_addresses(c), drop.remote_address);
}

bool during_the_probe(const CaseFile& c, const FilterDropFacts& drop) {
  // The platform notes whole seconds, and writes them down a little later.
  constexpr double slack_ms = 2000;
  const auto began = static_cast<double>(c.run.started.ms);
  const auto at = static_cast<double>(drop.at.ms);
  return by_our_probe(c) && 0 < began && began - slack_ms <= at && at <= began + c.run.ms + slack_ms;
}

std::string drop_words(const FilterDropFacts& drop) {
  return fmt::format(
      "{}: a packet {}to {} port {} was dropped here{}", minute_of(drop.at),
      drop.program.empty() ? "" : fmt::format("of {} ", printable(file_name(drop.program), 60)),
      printable(drop.remote_address, 60), drop.remote_port,
      drop.filter.empty() ? "" : fmt::format(", by the filter {}", printable(drop.filter, 80)));
}

bool names_maker(std::string_view text, std::string_view product) {
  if (text.empty() || product.empty()) return false;
  const std::string in = lower(text);
  const std::string name = lower(product);
  if (in.contains(name)) return true;
  // What stands first in a product's name is its maker, unless it is a word of the trade.
  static constexpr std::string_view common[] = {"windows",  "microsoft", "internet",   "endpoint", "total",
                                                "security", "antivirus", "anti-virus", "firewall", "advanced",
                                                "network",  "client",    "check",      "trend",    "cloud"};
  const std::string_view first = std::string_view(name).substr(0, name.find(' '));
  constexpr std::size_t telling = 4;
  if (first.size() < telling || std::ranges::count(common, first) != 0) return false;
  return in.contains(first);
}

bool is_windows_own(const SecurityProductFacts& product) {
  const std::string name = lower(product.name);
  return name.starts_with("windows defender") || name.starts_with("microsoft defender") ||
         name == "windows firewall";
}

const SecurityProductFacts* product_of(const ClientFacts& client, const FilterDropFacts& drop) {
  for (const SecurityProductFacts& product : client.security_products.value) {
    if (is_windows_own(product)) continue;
    const std::string_view folder = folder_of(product.path);
    // What lies in Windows' own folder is beside mstsc.exe there.
    const bool telling = !folder.empty() && !lower(folder).ends_with("\\system32");
    const bool program = telling && equal_ignoring_case(folder_of(drop.program), folder);
    if (program || names_maker(drop.filter, product.name)) return &product;
  }
  return nullptr;
}

namespace {

// Windows 8 and later have TLS 1.2 on for clients, Windows 7 has it only by name; TLS 1.3 is there since
// Windows 11 and Server 2022. What builds of 26100 and later do with TLS 1.0 and 1.1 is not certain.
ProtocolState client_default_of(std::string_view version, std::uint32_t build) {
  constexpr std::uint32_t windows_8 = 9200, server_2022 = 20348, windows_11_24h2 = 26100;
  if (version == "TLS 1.3") return server_2022 <= build ? ProtocolState::on : ProtocolState::not_there;
  if (version == "TLS 1.2") return windows_8 <= build ? ProtocolState::on : ProtocolState::not_by_default;
  if (windows_11_24h2 <= build) return ProtocolState::unknown;
  return version == "TLS 1.0" || windows_8 <= build ? ProtocolState::on : ProtocolState::not_by_default;
}

Protocol client_default(const ClientFacts& client, const evidence::ProtocolFacts& facts) {
  const std::optional<Build> build = build_of(client);
  if (!build) return {.needs = needs_reading(client.build)};
  const ProtocolState state = client_default_of(facts.name, build->number);
  return {
      .state = state,
      .line = {facts.enabled.source, state == ProtocolState::not_there
                                         ? fmt::format("build {} does not have {}", build->number, facts.name)
                                         : fmt::format("{} is not set", facts.name)},
      .needs = needs("what this Windows does with " + facts.name + " by default")};
}

}  // namespace

Protocol client_protocol_of(const ClientFacts& client, std::string_view version) {
  auto at = std::ranges::find_if(client.protocols, [&](auto& p) { return p.name == version; });
  if (at == client.protocols.end())
    return {.needs = needs_reading(fmt::format("SCHANNEL\\Protocols\\{}\\Client", version), "not looked at")};
  const std::uint32_t* enabled = at->enabled.get();
  if (enabled && *enabled == 0) {
    return {.state = ProtocolState::off,
            .line = line(at->enabled, fmt::format("{} is switched off for clients: Enabled is 0", version)),
            .by_hand = true};
  }
  if (unreadable(at->enabled)) return {.needs = needs_reading(at->enabled)};
  if (unreadable(at->disabled_by_default)) return {.needs = needs_reading(at->disabled_by_default)};
  Protocol own = client_default(client, *at);
  if (own.state == ProtocolState::not_there) return own;
  const std::uint32_t* disabled = at->disabled_by_default.get();
  if (disabled && *disabled != 0) {
    return {.state = ProtocolState::not_by_default,
            .line = line(at->disabled_by_default,
                         fmt::format("{} is off for programs that do not ask for it by name: "
                                     "DisabledByDefault is {}",
                                     version, *disabled)),
            .by_hand = true};
  }
  if (!enabled) return own;
  return {.state = ProtocolState::on,
          .line = line(at->enabled, fmt::format("{} is on: Enabled is 0x{:x}", version, *enabled)),
          .by_hand = true};
}

Connections system_handshakes(const CaseFile& c) {
  const std::string address = main_address(c);
  return finished(c, [&](const Connection& conn) {
    const TlsOutcome o = conn.tls.outcome;
    return conn.asked.tls == "system" && conn.asked.address == address && o != TlsOutcome::not_tried &&
           o != TlsOutcome::waiting;
  });
}

Connections openssl_handshakes(const CaseFile& c) {
  const std::string address = main_address(c);
  return finished(c, [&](const Connection& conn) {
    return !of_a_client(conn) && conn.asked.tls == "handshake" && conn.asked.server_name &&
           conn.asked.address == address && tls_tried(conn);
  });
}

bool cut_without_a_word(const CaseFile& c) {
  const Connections tried = standards(c);
  return failing_stage(c) && all_of(tried, [](const Connection& conn) {
           const bool in_x224 = cut_before_answer(conn) || cut_within_answer(conn);
           const bool in_tls = tls_tried(conn) && ended_without_word(conn);
           const bool in_nla = conn.nla.outcome == evidence::NlaOutcome::closed ||
                               conn.nla.outcome == evidence::NlaOutcome::reset;
           return in_x224 || in_tls || in_nla;
         });
}

}  // namespace rdpdoctor::causes
