#include "causes/engine/certificates.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "causes/engine/tls_views.h"

namespace rdpdoctor::causes {

std::vector<SeenCertificate> host_certificates(const CaseFile& c) {
  std::vector<SeenCertificate> list;
  std::string address = main_address(c);
  for (const Connection* conn : finished(c)) {
    if (conn->tls.chain.empty() || (!address.empty() && conn->asked.address != address)) continue;
    const evidence::Certificate& leaf = conn->tls.chain.front();
    auto known = std::find_if(list.begin(), list.end(), [&](const SeenCertificate& s) {
      return s.leaf->sha256_thumbprint == leaf.sha256_thumbprint && s.leaf->subject == leaf.subject &&
             s.leaf->not_after == leaf.not_after;
    });
    if (known == list.end())
      list.push_back({&leaf, {conn}, {}});
    else
      known->where.push_back(conn);
  }
  return list;
}

Verdict judge_certificates(const CaseFile& c, const CertificateFault& fault, const CertificateWords& fine) {
  std::vector<SeenCertificate> list = host_certificates(c);
  for (const SeenCertificate& seen : list) {
    if (auto found = fault(seen)) return *found;
  }
  if (!list.empty()) return excluded(fine(*list.front().leaf));
  if (whole_hellos(c).empty()) return no_hello_sent(c);
  return needs(need::further);
}

std::optional<Instant> our_clock(const CaseFile& c) {
  if (c.run.started.ms != 0) return c.run.started;
  auto both = clocks(c);
  return both ? std::optional(both->ours) : std::nullopt;
}

std::optional<Clocks> clocks(const CaseFile& c) {
  std::optional<Clocks> closest;
  std::string address = main_address(c);
  for (const Connection* conn : finished(c)) {
    if (!conn->nla.host_clock || !conn->nla.our_clock) continue;
    if (!address.empty() && conn->asked.address != address) continue;
    Clocks read{*conn->nla.host_clock, *conn->nla.our_clock, conn};
    if (!closest || std::abs(read.ahead_ms()) < std::abs(closest->ahead_ms())) closest = read;
  }
  return closest;
}

std::string named(const evidence::Certificate& certificate) {
  if (!certificate.subject.empty()) return certificate.subject;
  return certificate.sha1_thumbprint.empty() ? "a certificate without a name" : certificate.sha1_thumbprint;
}

std::vector<std::string> names_of(const evidence::Certificate& certificate) {
  std::vector<std::string> names;
  auto add = [&](const std::string& name) {
    bool known = std::any_of(names.begin(), names.end(),
                             [&](const std::string& have) { return equal_ignoring_case(have, name); });
    if (!name.empty() && !known) names.push_back(name);
  };
  for (const std::string& name : certificate.dns_names) add(name);
  add(certificate.common_name);
  return names;
}

EvidenceLine certificate_line(const SeenCertificate& seen, std::string text) {
  return {seen.on_host.empty() ? source("tls", seen.where) : seen.on_host, std::move(text)};
}

}  // namespace rdpdoctor::causes
