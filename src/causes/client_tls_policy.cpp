// Judges whether this client's own TLS policy keeps it from what OpenSSL can do with the same host: by trying
// both, and where that was not tried by what is switched off.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/client_views.h"
#include "causes/engine/schannel_suites.h"
#include "causes/engine/tls_views.h"
#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::TlsOutcome;

constexpr std::uint32_t tls10 = 0x0301, tls12 = 0x0303, tls13 = 0x0304;

bool completed(const Connection& c) {
  return c.tls.outcome == TlsOutcome::completed;
}

// The system's TLS ended it by a word of its own, or the host declined what it offered. That there is none,
// that it has no memory or broke down inside shows no policy.
bool declined(const Connection& c) {
  static constexpr std::uint32_t no_policy[] = {0x80090300,   // SEC_E_INSUFFICIENT_MEMORY
                                                0x80090304,   // SEC_E_INTERNAL_ERROR
                                                0x80090305};  // SEC_E_SECPKG_NOT_FOUND
  const std::uint32_t status = c.tls.system_status.value_or(0);
  const bool by_system = status != 0 && std::ranges::count(no_policy, status) == 0;
  return c.tls.outcome == TlsOutcome::alert || (c.tls.outcome == TlsOutcome::failed_here && by_system);
}

std::string version_of(const Connection& c) {
  return c.tls.version ? version_words(*c.tls.version) : "TLS";
}

// "0x80090331 SEC_E_ALGORITHM_MISMATCH, alert 40 handshake_failure"
std::string failure_words(const Connection& c) {
  std::vector<std::string> parts;
  if (c.tls.system_status) {
    const std::string_view name = codes::name_or_empty("schannel", *c.tls.system_status);
    parts.push_back(fmt::format("0x{:08X}{}{}", *c.tls.system_status, name.empty() ? "" : " ", name));
  }
  if (c.tls.outcome != TlsOutcome::failed_here) parts.push_back(tls_ending_words(c));
  if (parts.empty()) parts.push_back(printable(c.tls.problem, 120));
  return join(parts, ", ");
}

bool lists(const std::vector<std::string>& texts, std::string_view suite) {
  return std::ranges::any_of(texts, [&](const std::string& text) {
    return std::ranges::any_of(split(text, ','),
                               [&](std::string_view name) { return equal_ignoring_case(trim(name), suite); });
  });
}

// The values that stand in the way of what OpenSSL agreed on with the host.
std::vector<EvidenceLine> values_against(const ClientFacts& client, const Connection& passed) {
  std::vector<EvidenceLine> out;
  for (std::uint32_t version = tls10; version <= tls13; ++version) {
    const Protocol protocol = client_protocol_of(client, version_words(version));
    if (protocol.by_hand && protocol.state != ProtocolState::on) out.push_back(protocol.line);
  }
  const auto* suites = client.cipher_suites.get();
  if (suites && client.cipher_suites.by_policy && !passed.tls.cipher.empty() &&
      !lists(*suites, passed.tls.cipher)) {
    out.push_back(line(client.cipher_suites,
                       fmt::format("the policy's list of cipher suites does not have {}{}",
                                   printable(passed.tls.cipher, 60), policy_words(client.cipher_suites))));
  }
  const std::uint32_t* fips = client.fips.get();
  if (fips && *fips != 0) out.push_back(line(client.fips, "FIPS mode is on"));
  return out;
}

Found flipped(const CaseFile& c, const Connections& failed, const Connections& passed) {
  const bool sure = all_of(openssl_handshakes(c), completed) && all_of(failed, declined);
  Found found{sure ? Certainty::proven : Certainty::likely,
              {{source("tls", failed), "this system's own TLS fails: " + failure_words(*failed.front())},
               {source("tls", passed),
                fmt::format("OpenSSL completes the handshake from the same machine, {}{}{}",
                            version_of(*passed.front()), passed.front()->tls.cipher.empty() ? "" : ", ",
                            printable(passed.front()->tls.cipher, 60))}},
              true,
              "This client's own TLS can't make the handshake that others can make with the host."};
  if (passed.front()->tls.version.value_or(tls12) < tls12) {
    found.certainty = Certainty::possible;
    found.evidence.push_back({source("tls", passed),
                              "but that is a version which clients of today refuse: the host is "
                              "what has to be changed"});
  }
  const ClientFacts* client = client_of(c);
  if (!client) return found;
  std::vector<EvidenceLine> values = values_against(*client, *passed.front());
  if (values.empty())
    values.push_back(
        {client->source, "no value that was read explains it: look at what filters Schannel here"});
  for (EvidenceLine& value : values) found.evidence.push_back(std::move(value));
  return found;
}

// No suite left, whatever the host has.
std::optional<Found> no_suites(const ClientFacts& client) {
  const auto* suites = client.cipher_suites.get();
  const auto build = build_of(client);
  if (!suites || !build) return std::nullopt;
  const SuiteList list = read_suites(*suites, build->number);
  if (list.usable() != 0 || list.only_without_spaces != 0) return std::nullopt;
  return Found{
      Certainty::likely,
      {line(client.cipher_suites,
            (list.names == 0 ? std::string("the list of cipher suites is there and empty")
                             : fmt::format("the list of cipher suites holds {}, and none is one that "
                                           "Remote Desktop can use",
                                           count_of(list.names, "name"))) +
                policy_words(client.cipher_suites))},
      true,
      "The client's list of cipher suites leaves none that Remote Desktop can use."};
}

struct Versions {
  std::vector<Protocol> off;      // of the current ones, by hand
  std::vector<Protocol> on;       // of the current ones
  bool shared = false;            // the host was seen to speak one that is on, old or current
  bool refused = true;            // it was seen to refuse every current one that is on
  std::optional<Untested> needs;  // of one that matters
};

bool spoken(const CaseFile& c, std::uint32_t version) {
  return any_of(finished(c),
                [&](const Connection& conn) { return tls_answered(conn) && conn.tls.version == version; });
}

// That TLS 1.0 and 1.1 are off is as it should be; they count only as what is left to share.
Versions versions_of(const CaseFile& c, const ClientFacts& client) {
  Versions out;
  for (std::uint32_t version = tls10; version <= tls13; ++version) {
    const bool current = tls12 <= version;
    const bool of_host = spoken(c, version);
    Protocol protocol = client_protocol_of(client, version_words(version));
    if (protocol.state == ProtocolState::unknown && (current || of_host)) out.needs = protocol.needs;
    if (protocol.state == ProtocolState::on) out.shared = out.shared || of_host;
    if (!current) continue;
    if (protocol.state == ProtocolState::on) {
      out.refused = out.refused && hello_met(c, fmt::format("tls1.{}", version - tls10), Fate::cut);
      out.on.push_back(std::move(protocol));
    } else if (protocol.by_hand) {
      out.off.push_back(std::move(protocol));
    }
  }
  return out;
}

// What the host speaks is what clients of today refuse, by policy or not: that is the host's fault.
bool host_is_old(const CaseFile& c) {
  const auto highest = highest_version(finished(c, tls_answered));
  return highest && *highest < tls12;
}

bool without_tls(const CaseFile& c) {
  return all_of(standards(c),
                [](const Connection& conn) { return x224_answered(conn) && !tls_chosen(conn); });
}

// Nothing was tried with the system's own TLS.
Verdict by_values(const CaseFile& c, const ClientFacts& client) {
  if (without_tls(c)) return excluded("the host chose no TLS");
  if (auto found = no_suites(client)) return *found;
  if (host_is_old(c))
    return excluded("the host speaks no TLS that clients of today accept, whatever their policy");
  Versions versions = versions_of(c, client);
  if (versions.shared) return excluded("a TLS version that the host speaks is on for clients");
  if (versions.needs) return *versions.needs;
  if (versions.off.empty()) {
    if (unreadable(client.cipher_suites)) return needs_reading(client.cipher_suites);
    return excluded("neither TLS 1.2 nor 1.3 is switched off for clients");
  }
  if (!versions.on.empty() && !versions.refused) return needs("a handshake by this client's own TLS");
  Found found{Certainty::likely,
              {},
              true,
              "The client's own policy leaves no current TLS version that the host speaks."};
  for (Protocol& off : versions.off) found.evidence.push_back(std::move(off.line));
  if (versions.on.empty()) {
    found.headline = "Neither TLS 1.2 nor 1.3 is left on this client.";
  } else {
    found.evidence.push_back({"probe tls", "the host refuses what is left"});
  }
  return found;
}

Verdict judge(const CaseFile& c) {
  const Connections tried = system_handshakes(c);
  const Connections passed = filter(tried, completed);
  if (!passed.empty())
    return excluded(fmt::format("this system's own TLS completes the handshake, {} ({})",
                                version_of(*passed.front()), source("tls", passed)));
  const Connections failed =
      filter(tried, [](const Connection& conn) { return declined(conn) || ended_without_word(conn); });
  const Connections by_openssl = filter(openssl_handshakes(c), completed);
  if (!failed.empty() && !by_openssl.empty()) return flipped(c, failed, by_openssl);
  const ClientFacts* client = client_of(c);
  return client ? by_values(c, *client) : Verdict{needs_client_look()};
}

}  // namespace

Cause client_tls_policy() {
  return {
      .id = "client-tls-policy",
      .title = "The client's own TLS policy shares nothing with the host.",
      .stage = Stage::tls,
      .machine = Machine::client,
      .explanation =
          "Windows' client uses Schannel, whose versions and cipher suites are set in the registry and by "
          "policy: "
          "below SCHANNEL\\Protocols each version has a key Client, where Enabled 0 forbids it, and a policy "
          "can "
          "name the suites. Where what is left there and what the host accepts do not meet, this client "
          "alone "
          "fails, while programs with a TLS of their own get through.",
      .tell_apart =
          "On Windows the diagnosis makes the same handshake twice, by Schannel and by OpenSSL: if the "
          "second "
          "passes where the first fails, it is this client and not the host. If both fail it is the host "
          "(tls-version-mismatch, tls-cipher-mismatch) or the path.",
      .advice = {"On the client, what is set (nothing set is Windows' default, and right):   reg query "
                 "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols /s",
                 "On the client, the suites that it offers, in PowerShell:   Get-TlsCipherSuite | "
                 "Select-Object Name",
                 "On the client, as administrator, keep a copy:   reg export "
                 "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols "
                 "C:\\schannel.reg",
                 "Then, TLS 1.2 as Windows has it (undo: reg import C:\\schannel.reg):   reg delete "
                 "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS "
                 "1.2\\Client\" /f",
                 "On the client, which policy sets it, to be changed there:   gpresult /h C:\\gpresult.html"},
      .codes = {{"disconnect", 0x904, Certainty::possible, "the handshake ended, and with it the socket"},
                {"extended", 0x7, Certainty::possible, "the connection ended early"},
                {"schannel", 0x80090331, Certainty::possible, "the two sides have nothing in common"},
                {"schannel", 0x80090302, Certainty::possible,
                 "what Schannel makes of a version that is not accepted"}},
      .signs = {{"mstsc-common-algorithm", Certainty::possible, "no common TLS version or cipher suite"},
                {"event-226", Certainty::possible, "the client's TLS part met an error"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
