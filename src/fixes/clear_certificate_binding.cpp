// Unbinds the listener from a certificate that is gone or can't be used: SSLCertificateSHA1Hash is removed.
#include <algorithm>

#include "base/text.h"
#include "evidence/windows_own.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_key.h"
#include "fmt/core.h"
#include "formats/certificate_blob.h"
#include "formats/x509.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view binding = "SSLCertificateSHA1Hash";
constexpr std::size_t thumbprint_size = 20;

// The machine's own clock, or when its logs end, or when it was inspected.
std::optional<Instant> now_of(Planner& p) {
  if (const auto clock = p.host().clock(); clock.get()) return clock.value;
  Instant last{};
  for (const auto& read : p.evidence().sources)
    if (read.last) last = std::max(last, *read.last);
  if (last.ms != 0) return last;
  return p.facts() ? std::optional(p.facts()->read_at) : std::nullopt;
}

std::string fault_in_time(Planner& p, const formats::X509Facts& certificate) {
  const auto now = now_of(p);
  if (!now) return "";
  if (certificate.not_after < *now) return "it expired on " + to_rfc3339(certificate.not_after).substr(0, 10);
  if (*now < certificate.not_before)
    return "it is valid only from " + to_rfc3339(certificate.not_before).substr(0, 10);
  return "";
}

// By the inspection: the file of the certificate's private key.
std::string fault_of_key(Planner& p) {
  if (!p.facts()) return "";
  const auto& size = p.facts()->certificate.of_pinned.key_size;
  if (size.is.state == Presence::absent) return "the file of its private key is not there";
  return size.get() && *size.get() == 0 ? "the file of its private key is empty" : "";
}

std::string fault_of(Planner& p, const Bytes& blob_bytes) {
  auto blob = formats::decode_certificate_blob(blob_bytes);
  if (!blob) return "it is damaged: " + to_text(blob.error());
  auto certificate = formats::read_x509(blob->certificate);
  if (!certificate) return "it is damaged: " + to_text(certificate.error());
  if (std::string fault = fault_in_time(p, *certificate); !fault.empty()) return fault;
  if (!evidence::serves_remote_desktop(certificate->extended_key_usage))
    return "its extended key usage allows neither server authentication nor Remote Desktop";
  if (!blob->key && blob->key_problem.empty()) return "it stands in the store without a private key";
  return fault_of_key(p);
}

// Why the binding is of no use; "" if it is of use, or the plan is refused.
std::string fault_of_binding(Planner& p, const Bytes& hash) {
  if (hash.size() != thumbprint_size)
    return fmt::format("it has {} and a thumbprint has 20", count_of(hash.size(), "byte"));
  for (const std::string& entry : certificate_entries("MY", thumbprint_of(hash))) {
    const auto blob = host::as_bytes(p.host().value(entry, "Blob"));
    if (blob.state == Presence::absent) continue;
    if (blob.get()) return fault_of(p, *blob.get());
    p.refuse(fmt::format("the certificate {} can't be read: {}", thumbprint_of(hash), blob.why));
    return "";
  }
  return "no such certificate is in the store MY";
}

void unbind(Planner& p) {
  p.remove_value(std::string(rdp_tcp), std::string(binding),
                 "the listener is bound to no certificate of its own");
  p.note(
      "Windows then uses the certificate that it makes itself: clients that know the issuer of the chosen "
      "one "
      "warn of a name that nobody vouches for, until the right one is bound");
  p.note("a certificate that a policy chooses (CertTemplateName) is bound again by Windows");
  if (p.running()) p.note(std::string(counts_after_restart));
}

void plan(Planner& p) {
  if (p.blind()) return unbind(p);
  const auto hash = host::as_bytes(p.host().value(rdp_tcp, binding));
  if (hash.state == Presence::absent) return;
  if (!hash.get())
    return p.refuse(
        fmt::format("{} can't be read: {}", host::value_source(p.host(), rdp_tcp, binding), hash.why));
  const bool none = std::ranges::all_of(*hash.get(), [](std::uint8_t byte) { return byte == 0; });
  if (none) return;  // bound to nothing
  const std::string fault = fault_of_binding(p, *hash.get());
  if (p.refused()) return;
  if (fault.empty() && !p.options().accept_risk)
    return p.refuse(
        fmt::format("the listener is bound to {}, which is in the store MY with its key and in its time; to "
                    "use Windows' own certificate all the same: --accept-risk",
                    thumbprint_of(*hash.get())));
  if (!fault.empty()) p.note(fmt::format("the binding names {}: {}", thumbprint_of(*hash.get()), fault));
  unbind(p);
}

}  // namespace

Fix clear_certificate_binding() {
  return {
      .id = "clear-certificate-binding",
      .title = "The listener uses the certificate that Windows makes itself.",
      .explanation =
          "Removes SSLCertificateSHA1Hash of the listener RDP-Tcp, which names the certificate that was "
          "chosen "
          "for it. It does so where that certificate is not in the store, has expired, is not valid yet, is "
          "for another purpose, or has no private key; one that is in order is unbound only with "
          "--accept-risk. The certificate itself stays where it is. Windows then uses its own, which clients "
          "that check the issuer do not know: binding the renewed certificate is the better repair where "
          "there is one.",
      .side = Side::host,
      .risk = Risk::medium,
      .takes_effect = "when TermService starts the next time; on a disk when Windows starts",
      .verified_by = "certificate-binding-dangling is no longer found",
      .article = "check for an expired or wrong certificate",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
