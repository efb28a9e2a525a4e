#include "causes/engine/key_views.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

bool names_one(const evidence::TextFact& hash) {
  return hash.get() && hash.get()->find_first_not_of('0') != std::string::npos;
}

}  // namespace

InUse certificate_in_use(const HostFacts& host) {
  const evidence::CertificateFacts& facts = host.certificate;
  if (unreadable(facts.pinned)) return {.otherwise = needs_reading(facts.pinned)};
  if (names_one(facts.pinned)) {
    const HostCertificate& pinned = facts.of_pinned;
    if (unreadable(pinned.certificate)) return {.otherwise = needs_reading(pinned.certificate)};
    if (pinned.certificate.get() && !absent(pinned.container))
      return {.certificate = &pinned, .pinned = true, .otherwise = Untested{}};
  }
  if (unreadable(facts.self_signed)) return {.otherwise = needs_reading(facts.self_signed)};
  const HostCertificate& own = facts.of_self_signed;
  if (own.key_size.get() && absent(own.certificate))
    return {.certificate = &own, .leftover = true, .otherwise = Untested{}};
  bool unnamed = !names_one(facts.self_signed) && own.certificate.get();
  if (!names_one(facts.self_signed) && !unnamed) {
    return {.otherwise = excluded_if_whole(
                host, "SYSTEM",
                fmt::format("no certificate is named, so Windows makes one when the service starts ({})",
                            facts.self_signed.source))};
  }
  if (unreadable(own.certificate)) return {.otherwise = needs_reading(own.certificate)};
  if (absent(own.certificate)) {
    return {.otherwise = excluded_if_whole(host, "SOFTWARE",
                                           "the certificate is gone too, so Windows makes a new one, with a "
                                           "new key, when the service starts (" +
                                               own.certificate.source + ")")};
  }
  return {.certificate = &own, .otherwise = Untested{}};
}

bool clock_is_the_hosts(const CaseFile& c) {
  if (c.host && c.host->system.clock.get()) return true;
  return std::ranges::any_of(c.sources, [](const evidence::SourceRead& read) { return bool(read.last); });
}

bool outlived(const CaseFile& c, const InUse& in_use) {
  const evidence::Certificate* certificate = in_use.certificate->certificate.get();
  return !in_use.pinned && certificate && certificate->not_after < host_now(c);
}

bool fails_at_tls(const CaseFile& c) {
  if (c.connections.empty()) return false;
  std::optional<Stage> stage = failing_stage(c);
  return stage == Stage::tls || stage == Stage::x224;
}

Found weighed(const CaseFile& c, const HostFacts& host, const InUse& in_use, Found found) {
  const HostCertificate& certificate = *in_use.certificate;
  if (outlived(c, in_use)) {
    found.certainty = Certainty::possible;
    found.explains = false;
    found.evidence.push_back(line(certificate.certificate,
                                  "the certificate has expired, so Windows makes a new one at the service's "
                                  "next start, unless its old key is in the way"));
  }
  if (in_use.leftover) {
    found.certainty = Certainty::possible;
    found.evidence.push_back(
        line(certificate.certificate,
             "no certificate goes with it: the service makes a new one when it starts, and "
             "may fail over this file"));
    temper(host, "SOFTWARE", found);
    return found;
  }
  const evidence::KeyContainerFacts* container = certificate.container.get();
  bool sure = container && !container->guessed && container->provider_type != 0;
  if (!sure) found.certainty = std::max(found.certainty, Certainty::likely);
  if (container && container->guessed)
    found.evidence.push_back(
        line(certificate.container, "the certificate does not tell its key; this one is Remote Desktop's"));
  temper(host, "SOFTWARE", found);
  if (tls_unused(host)) {
    found.explains = false;
    found.evidence.push_back(line(rdp_listener(host)->security_layer,
                                  "but this listener uses RDP's own security without NLA, so no TLS at all"));
  }
  return found;
}

std::string certificate_words(const InUse& in_use) {
  if (in_use.leftover) return "a certificate of Remote Desktop's own that is gone";
  const evidence::Certificate* certificate = in_use.certificate->certificate.get();
  return fmt::format("{} certificate {}", in_use.pinned ? "the chosen" : "Remote Desktop's own",
                     certificate ? named(*certificate) : "");
}

std::string container_words(const HostCertificate& certificate) {
  const evidence::KeyContainerFacts* container = certificate.container.get();
  if (!container) return "its key";
  return fmt::format("container {}{}{}", container->name, container->provider.empty() ? "" : " of ",
                     container->provider);
}

std::string usable_key_file(const HostFacts& host) {
  InUse in_use = certificate_in_use(host);
  if (!in_use.certificate || in_use.leftover) return "";
  const std::uint64_t* size = in_use.certificate->key_size.get();
  const evidence::AccessFacts* access = in_use.certificate->key_access.get();
  bool right = size && *size != 0 && access && access->network_service_lacks == 0 && !access->conditional;
  return right ? in_use.certificate->key_size.source : "";
}

std::optional<SeenCertificate> unseen_certificate(const CaseFile& c) {
  if (!c.host || !host_certificates(c).empty()) return std::nullopt;
  InUse in_use = certificate_in_use(*c.host);
  if (!in_use.certificate || in_use.leftover) return std::nullopt;
  const auto& fact = in_use.certificate->certificate;
  return SeenCertificate{fact.get(), {}, fact.source};
}

ShownAgainstHost shown_against_host(const CaseFile& c) {
  std::vector<SeenCertificate> seen = host_certificates(c);
  if (!c.host || seen.empty() || seen.front().leaf->sha1_thumbprint.empty()) return {};
  InUse in_use = certificate_in_use(*c.host);
  if (!in_use.certificate || in_use.leftover) return {};
  const evidence::Certificate& leaf = *seen.front().leaf;
  const evidence::CertificateFacts& facts = c.host->certificate;
  for (const HostCertificate* own : {&facts.of_pinned, &facts.of_self_signed}) {
    const evidence::Certificate* has = own->certificate.get();
    if (has && equal_ignoring_case(has->sha1_thumbprint, leaf.sha1_thumbprint))
      return {Shown::the_hosts_own, &leaf, own};
  }
  // A newer one of its own making may have followed since the host was read.
  bool renewed = leaf.self_issued && in_use.certificate->certificate.get()->not_before < leaf.not_before;
  return {renewed ? Shown::unknown : Shown::another, &leaf, in_use.certificate};
}

void say_fallback(const CaseFile& c, const InUse& in_use, Found& found) {
  if (!in_use.pinned) return;
  found.explains = fails_at_tls(c);
  found.evidence.push_back(line(in_use.certificate->certificate,
                                "it is a chosen certificate: without its key Windows falls back to its own "
                                "at the service's start"));
}

Verdict judge_key(const CaseFile& c, Verdict (*judge)(const CaseFile&, const HostFacts&, const InUse&)) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  InUse in_use = certificate_in_use(*host);
  return in_use.certificate ? judge(c, *host, in_use) : std::move(in_use.otherwise);
}

Excluded names_no_key(const HostCertificate& certificate) {
  return excluded("the certificate names no key (" + certificate.container.source + ")");
}

}  // namespace rdpdoctor::causes
