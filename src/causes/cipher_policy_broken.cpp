// Judges whether the list of cipher suites, by policy or local, leaves one that Remote Desktop can use.
#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "causes/engine/schannel_suites.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using Suites = Fact<std::vector<std::string>>;

std::string whose(const Suites& fact) {
  return fact.by_policy ? "the policy's list of cipher suites" : "the host's own list of cipher suites";
}

// The kind of key that the listener's certificate has. Windows' own is RSA; one that was bound is looked at.
// What can't be read of it leaves both kinds possible.
enum class Key { rsa, ecdsa, unknown };
struct ListenerKey {
  Key kind = Key::unknown;
  EvidenceLine line;
};

ListenerKey key_of(const evidence::CertificateFacts& facts) {
  if (absent(facts.pinned))
    return {Key::rsa,
            line(facts.pinned, "no other certificate is chosen, and the one that Windows makes is RSA")};
  const evidence::Certificate* chosen = facts.of_pinned.certificate.get();
  if (!chosen)
    return {Key::unknown, line(facts.pinned, "the key of the certificate that is chosen is not known")};
  Key kind = chosen->key_type == "RSA"            ? Key::rsa
             : chosen->key_type.starts_with("EC") ? Key::ecdsa
                                                  : Key::unknown;
  return {kind,
          line(facts.of_pinned.certificate, fmt::format("the certificate that is chosen has a key of type {}",
                                                        printable(chosen->key_type, 20)))};
}

std::optional<Found> no_suite_for_key(const HostFacts& host, const Suites& fact, const SuiteList& list) {
  bool only_ecdsa = list.with_rsa == 0 && 0 < list.with_ecdsa;
  bool only_rsa = list.with_ecdsa == 0 && 0 < list.with_rsa;
  if (0 < list.tls13 || only_ecdsa == only_rsa) return std::nullopt;
  ListenerKey key = key_of(host.certificate);
  Key fits = only_ecdsa ? Key::ecdsa : Key::rsa;
  // Bound certificates are nearly all RSA, so a list without ECDSA is no sign of anything by itself.
  if (key.kind == fits || (key.kind == Key::unknown && only_rsa)) return std::nullopt;
  bool known = key.kind != Key::unknown;
  return Found{known ? Certainty::likely : Certainty::possible,
               {line(fact, fmt::format("{} holds {} for {} certificates and none for {}{}", whose(fact),
                                       count_of(list.usable(), "suite"), only_ecdsa ? "ECDSA" : "RSA",
                                       only_ecdsa ? "RSA" : "ECDSA", policy_words(fact))),
                std::move(key.line)},
               known,
               fmt::format("The cipher suites that are allowed do not fit an {} certificate.",
                           only_ecdsa ? "RSA" : "ECDSA")};
}

std::optional<Found> unusable(const HostFacts& host, const Suites& fact, const SuiteList& list) {
  std::string whole = whose(fact);
  if (list.names == 0) {
    return Found{Certainty::likely,
                 {line(fact, whole + " is there and empty, so no suite is allowed" + policy_words(fact))},
                 true,
                 "The list of allowed cipher suites is empty."};
  }
  if (list.usable() == 0 && list.only_without_spaces == 0) {
    std::string unknown = list.unknown.empty() ? "" : ", not known: " + join(list.unknown, ", ");
    return Found{Certainty::likely,
                 {line(fact, fmt::format("{} holds {}, and none is one that this Windows and a client of "
                                         "today can share{}{}",
                                         whole, count_of(list.names, "name"), unknown, policy_words(fact)))},
                 true,
                 "No cipher suite that is allowed can be used."};
  }
  if (list.usable() == 0) {
    return Found{Certainty::possible,
                 {line(fact, whole + " has spaces around every name, which Schannel may not know then")},
                 true,
                 "The names of the allowed cipher suites are written with spaces."};
  }
  if (list.with_rsa + list.with_ecdsa == 0 && list.only_without_spaces == 0) {
    return Found{Certainty::likely,
                 {line(fact, whole + " holds suites of TLS 1.3 alone, which clients up to Windows 10 and "
                                     "Server 2019 lack")},
                 true,
                 "Only TLS 1.3 has a cipher suite left, which older clients lack."};
  }
  return no_suite_for_key(host, fact, list);
}

// The list works; part of it does not.
std::optional<Found> blemish(const Suites& fact, const SuiteList& list) {
  Found found{Certainty::possible, {}, false, "Part of the list of cipher suites has no effect."};
  found.note = true;
  if (longest_suite_policy < list.characters) {
    found.evidence.push_back(line(fact, fmt::format("{} is {} characters long; the policy takes {}, what is "
                                                    "behind that may be lost",
                                                    whose(fact), list.characters, longest_suite_policy)));
  }
  if (0 < list.only_without_spaces) {
    found.evidence.push_back(
        line(fact, fmt::format("{} with a space before or after: Schannel may not know them so",
                               count_of(list.only_without_spaces, "name"))));
  }
  if (found.evidence.empty()) return std::nullopt;
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const Suites& fact = host->tls.cipher_suites;
  if (unreadable(fact)) return needs_reading(fact);
  std::string_view hive = fact.by_policy ? "SOFTWARE" : "SYSTEM";
  if (absent(fact)) {
    return excluded_if_whole(*host, "SYSTEM",
                             fmt::format("no list of cipher suites is set ({})", fact.source));
  }
  std::optional<std::uint32_t> build = build_of(*host);
  if (!build) return needs_reading(host->system.build);
  SuiteList list = read_suites(*fact.get(), *build);
  std::optional<Found> found = unusable(*host, fact, list);
  if (found && tls_unused(*host)) found->explains = false;
  if (!found) found = blemish(fact, list);
  if (found) {
    temper(*host, hive, *found);
    return *found;
  }
  return excluded(fmt::format("{} leaves {} that can be used ({})", whose(fact),
                              count_of(list.usable(), "suite"), fact.source));
}

}  // namespace

Cause cipher_policy_broken() {
  return {
      .id = "cipher-policy-broken",
      .title = "The host's list of cipher suites leaves none that works.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .topic = Topic::tls,
      .explanation =
          "The policy \"SSL Cipher Suite Order\" replaces Windows' own list: what is not in it is not used. "
          "If it is enabled with an empty or misspelt text, with suites that this Windows does not have, or "
          "with suites for ECDSA certificates alone while the listener's certificate is RSA, every handshake "
          "ends at the ClientHello. The text is one line with commas and without spaces, of at most 1023 "
          "characters. Without the policy the local list counts, which PowerShell can change.",
      .tell_apart =
          "The list names it. Schannel event 36874 says that no suite is shared; on the wire it is "
          "tls-cipher-mismatch. A version that is off is schannel-protocol-disabled; single algorithms that "
          "are off are schannel-hardening-value.",
      .advice = {"On the host, which suites are left, PowerShell:   Get-TlsCipherSuite | Format-Table Name",
                 "On the host, what the policy holds:   reg query "
                 "HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002",
                 "On the host, as administrator, which policy sets it:   gpresult /h C:\\gpresult.html",
                 "In that policy: Administrative Templates > Network > SSL Configuration Settings > SSL "
                 "Cipher Suite Order: correct the list, or set Not Configured.",
                 "On the host, PowerShell as administrator, if the local list lacks it (undo: "
                 "Disable-TlsCipherSuite):   Enable-TlsCipherSuite -Name "
                 "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
      .fixes = {"clear-cipher-policy"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the client saw its socket closed on its ClientHello"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"}},
      .covers = {"tls-cipher-mismatch"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
