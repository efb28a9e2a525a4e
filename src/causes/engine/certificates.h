// The certificates that the host showed, and the clocks to judge their dates by. All pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

// One certificate of the host (the leaf of a chain) and the connections that showed it.
struct SeenCertificate {
  const evidence::Certificate* leaf = nullptr;
  Connections where;
  std::string on_host;  // the host's own store has it and no connection showed it: where it stands
};
[[nodiscard]] std::vector<SeenCertificate> host_certificates(const CaseFile& c);

// The verdict of the first certificate with the fault; else excluded for the reason that `fine` gives for the
// first certificate; else what would show a certificate.
using CertificateFault = std::function<std::optional<Found>(const SeenCertificate&)>;
using CertificateWords = std::function<std::string(const evidence::Certificate&)>;
[[nodiscard]] Verdict judge_certificates(const CaseFile& c, const CertificateFault& fault,
                                         const CertificateWords& fine);

// Our clock as the client's: when the run took place. None if the evidence does not tell.
[[nodiscard]] std::optional<Instant> our_clock(const CaseFile& c);

// The host's own clock, from its NTLM challenge, and ours at that moment.
struct Clocks {
  Instant host;
  Instant ours;
  const Connection* where = nullptr;
  [[nodiscard]] std::int64_t ahead_ms() const { return host.ms - ours.ms; }  // the host's; negative: behind
};
[[nodiscard]] std::optional<Clocks> clocks(const CaseFile& c);  // the pair that differs least

[[nodiscard]] std::string named(const evidence::Certificate& certificate);  // "CN=SRV" or its thumbprint
// The names it may be asked for by: subjectAltName dNSNames, then the common name, none twice.
[[nodiscard]] std::vector<std::string> names_of(const evidence::Certificate& certificate);
[[nodiscard]] EvidenceLine certificate_line(const SeenCertificate& seen, std::string text);

}  // namespace rdpdoctor::causes
