// Judges the values that hardening leaves under SCHANNEL: algorithms that are switched off, and values that
// do not say what they seem to.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::AlgorithmFacts;

// The values that KB245030 documents for Ciphers, Hashes and KeyExchangeAlgorithms.
constexpr std::uint32_t all_bits = 0xffffffff;
// ServerMinKeyBitLength: 1024, 2048, 3072, 4096 are what Schannel has groups for.
constexpr std::uint32_t largest_dh_group = 4096;

const AlgorithmFacts* switched_off(const HostFacts& host, std::string_view kind, std::string_view name) {
  for (const AlgorithmFacts& a : *host.tls.algorithms.get()) {
    const std::uint32_t* enabled = a.enabled.get();
    if (enabled && *enabled == 0 && a.kind == kind && equal_ignoring_case(a.name, name)) return &a;
  }
  return nullptr;
}

struct Needed {
  std::string_view kind;
  std::vector<std::string_view> names;  // all of them off is the fault
  Certainty certainty;
  std::string_view means;
  std::string_view headline;
};

// That Schannel obeys these keys since Windows 8 is what administrators see; Microsoft documents them for
// older Windows only, so none of it is proof.
const std::vector<Needed>& needed() {
  static const std::vector<Needed> list = {
      {"KeyExchangeAlgorithms",
       {"ECDH", "Diffie-Hellman", "PKCS"},
       Certainty::likely,
       "no way to agree on keys is left for TLS up to 1.2",
       "Every key exchange of TLS is switched off."},
      {"Ciphers",
       {"AES 128/128", "AES 256/256"},
       Certainty::likely,
       "AES is all that clients of today offer",
       "AES is switched off, the cipher that clients offer."},
      {"Hashes",
       {"SHA256", "SHA384"},
       Certainty::likely,
       "TLS 1.2 and 1.3 are made of these two",
       "The hashes of TLS 1.2 and 1.3 are switched off."},
      {"Hashes",
       {"SHA256"},
       Certainty::possible,
       "most suites of TLS 1.2 and Windows' own certificates use SHA-256",
       "SHA-256 is switched off, which most of TLS 1.2 uses."}};
  return list;
}

std::optional<Found> something_needed_is_off(const HostFacts& host) {
  for (const Needed& n : needed()) {
    Found found{n.certainty, {}, !tls_unused(host), std::string(n.headline)};
    for (std::string_view name : n.names) {
      const AlgorithmFacts* off = switched_off(host, n.kind, name);
      if (off) found.evidence.push_back(line(off->enabled, fmt::format("{} is off: Enabled is 0", name)));
    }
    if (found.evidence.size() != n.names.size()) continue;
    found.evidence.push_back({host.tls.algorithms.source, std::string(n.means)});
    temper(host, "SYSTEM", found);
    return found;
  }
  return std::nullopt;
}

// What degrades nothing that is sure, and misleads who reads it.
Found misleading(const HostFacts& host) {
  Found found{Certainty::possible, {}, false, "Some values under SCHANNEL do not say what they seem to."};
  found.note = true;
  for (const evidence::TextFact& odd : host.tls.wrong_types) {
    if (odd.get())
      found.evidence.push_back(
          line(odd, fmt::format("is {}, and Schannel's values are REG_DWORD: it may well do nothing",
                                printable(*odd.get(), 60))));
  }
  for (const AlgorithmFacts& a : *host.tls.algorithms.get()) {
    const std::uint32_t* enabled = a.enabled.get();
    if (!enabled || *enabled == 0 || *enabled == all_bits) continue;
    found.evidence.push_back(
        line(a.enabled, fmt::format("Enabled is 0x{:x}: only 0 and 0xffffffff are documented here, unlike "
                                    "under Protocols, where 1 is on",
                                    *enabled)));
  }
  if (const std::uint32_t* bits = host.tls.dh_server_min_bits.get(); bits && largest_dh_group < *bits) {
    found.evidence.push_back(
        line(host.tls.dh_server_min_bits,
             fmt::format("a Diffie-Hellman key of {} bits: no group of Schannel is larger than {}", *bits,
                         largest_dh_group)));
    found.note = false;
  }
  if (found.evidence.size() > 8) found.evidence.resize(8);
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const auto* algorithms = host->tls.algorithms.get();
  if (!algorithms) return needs_reading(host->tls.algorithms);
  if (auto off = something_needed_is_off(*host)) return *off;
  Found odd = misleading(*host);
  if (!odd.evidence.empty()) return odd;
  for (const AlgorithmFacts& a : *algorithms)
    if (unreadable(a.enabled)) return needs_reading(a.enabled);
  if (unreadable(host->tls.dh_server_min_bits)) return needs_reading(host->tls.dh_server_min_bits);
  if (!algorithms->empty()) {
    return excluded(fmt::format("of {} set there, none is needed by TLS 1.2 or 1.3 and off ({})",
                                count_of(algorithms->size(), "algorithm"), host->tls.algorithms.source));
  }
  return excluded_if_whole(
      *host, "SYSTEM", fmt::format("no algorithm is switched on or off ({})", host->tls.algorithms.source));
}

}  // namespace

Cause schannel_hardening_value() {
  return {
      .id = "schannel-hardening-value",
      .title = "A hardening value of Schannel takes away what TLS needs.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .topic = Topic::tls,
      .explanation =
          "Under SCHANNEL\\Ciphers, Hashes and KeyExchangeAlgorithms single algorithms can be switched off, "
          "which templates and tools do for RC4, DES and MD5. Where AES, SHA-256 or every key exchange is "
          "among them, no handshake of today can succeed. Values there are REG_DWORD, 0 or 0xffffffff: a "
          "text \"0\" looks like a setting and may be none, and what 1 does is not documented there, "
          "while under Protocols it is on.",
      .tell_apart =
          "The values name it. A version that is off is schannel-protocol-disabled, a list of suites by "
          "policy cipher-policy-broken. On the wire it looks like tls-cipher-mismatch: alert 40 or an end at "
          "the ClientHello, whatever is offered; Schannel event 36874 says that no suite is shared.",
      .advice = {"On the host, what is set:   reg query "
                 "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL /s",
                 "On the host, as administrator, keep a copy:   reg export "
                 "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL C:\\schannel.reg",
                 "Then take away the value that is named above, so that Windows' default counts (undo: reg "
                 "import C:\\schannel.reg), and restart the host:   reg delete KEY /v Enabled /f",
                 "On the host, which suites are left, PowerShell:   Get-TlsCipherSuite | Format-Table Name",
                 "Where ciphers must be limited: by the policy \"SSL Cipher Suite Order\", which is what "
                 "Microsoft supports."},
      .fixes = {"restore-schannel-values"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the client saw its socket closed on its ClientHello"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"}},
      .covers = {"tls-cipher-mismatch"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
