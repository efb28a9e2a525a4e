// Judges whether the host's certificate has a short key or an outdated signature.
#include "base/text.h"
#include "causes/engine/key_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr int least_rsa_bits = 2048;
constexpr int least_ec_bits = 224;

std::string weak_key(const evidence::Certificate& leaf) {
  bool rsa = leaf.key_type.starts_with("RSA") || leaf.key_type == "DSA";
  int least = rsa ? least_rsa_bits : leaf.key_type == "EC" ? least_ec_bits : 0;
  if (leaf.key_bits <= 0 || least <= leaf.key_bits) return {};
  return fmt::format("its {} key has {} bits, fewer than {}", leaf.key_type, leaf.key_bits, least);
}

std::string weak_signature(const evidence::Certificate& leaf) {
  for (std::string_view hash : {"MD2", "MD4", "MD5", "SHA1", "SHA-1"}) {
    if (equal_ignoring_case(leaf.signature_hash, hash)) return "its signature uses " + leaf.signature_hash;
  }
  return {};
}

std::optional<Found> fault(const SeenCertificate& seen) {
  std::vector<std::string> reasons;
  for (std::string reason : {weak_key(*seen.leaf), weak_signature(*seen.leaf)}) {
    if (!reason.empty()) reasons.push_back(std::move(reason));
  }
  if (reasons.empty()) return std::nullopt;
  Found found{Certainty::proven, {}, /* explains= */ false, ""};
  for (const std::string& reason : reasons)
    found.evidence.push_back(certificate_line(seen, named(*seen.leaf) + ": " + reason));
  return found;
}

std::string fine(const evidence::Certificate& leaf) {
  std::string key = leaf.key_bits > 0 ? fmt::format("{} {}", leaf.key_type, leaf.key_bits) : "its key";
  return fmt::format("{} and {} are current", key,
                     leaf.signature_hash.empty() ? "its signature" : leaf.signature_hash);
}

Verdict judge(const CaseFile& c) {
  std::optional<SeenCertificate> unseen = unseen_certificate(c);
  if (!unseen) return judge_certificates(c, fault, fine);
  if (auto found = fault(*unseen)) return *found;
  return excluded(fine(*unseen->leaf));
}

}  // namespace

Cause certificate_weak() {
  return {
      .id = "certificate-weak",
      .title = "The host's certificate is weak: a short key or an outdated signature.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .explanation =
          "An RSA key below 2048 bits or a signature with MD5 or SHA-1 dates from an old system, an old "
          "template or an old appliance. Many clients still take it, with or without a warning; hardened "
          "ones, and those built on recent OpenSSL, refuse it.",
      .tell_apart =
          "Key and signature are read from the certificate itself. Whether a client refuses it depends on "
          "that client's policy, so it explains a failure only where the client says so.",
      .advice = {"On the host, PowerShell, which certificate is in use (type 1 self-made, 2 by policy, 3 "
                 "your own):   Get-CimInstance -Namespace root/cimv2/TerminalServices Win32_TSGeneralSetting "
                 "| Format-List SSL*",
                 "On the host, self-made: update Windows, then have it make a new one, by the steps of:   "
                 "rdpdoctor explain certificate-key-unusable",
                 "For a certificate of your own: issue a new one (RSA 2048 or more, or EC P-256; SHA-256) "
                 "and bind it."},
      .fixes = {"regenerate-certificate"},
      .codes = {{"tls-alert", 42, Certainty::possible, "the client called the certificate bad"},
                {"tls-alert", 43, Certainty::possible, "the client does not take this kind of certificate"},
                {"schannel", 0x80090327, Certainty::possible, "the client could not accept the certificate"},
                {"freerdp", 0x20008, Certainty::possible, "the certificate was not accepted"}},
      .signs = {{"openssl-weak-certificate", Certainty::likely,
                 "OpenSSL says that the certificate is too weak"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
