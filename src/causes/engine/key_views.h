// The questions that judges ask of the listener's certificate and its key on the host. All pure.
#pragma once

#include <optional>
#include <string>

#include "causes/engine/certificates.h"
#include "causes/engine/host_views.h"

namespace rdpdoctor::causes {

using evidence::HostCertificate;

// The certificate that the listener uses: what SSLCertificateSHA1Hash names, as long as the store has it with
// a key, else the service's own. Events 1051 and 1055: it falls back so.
struct InUse {
  const HostCertificate* certificate = nullptr;
  bool pinned = false;
  bool leftover = false;  // there is no certificate: only the key file of one that is gone
  Verdict otherwise;      // where there is none, or that is not known: what to answer
};
[[nodiscard]] InUse certificate_in_use(const HostFacts& host);

// The service's own certificate has passed its end by the best clock there is: Windows makes a new one, with
// a new key.
[[nodiscard]] bool outlived(const CaseFile& c, const InUse& in_use);
[[nodiscard]] bool clock_is_the_hosts(const CaseFile& c);  // and not only the reader's

// The verdict of a judge of key files, weighed by what else is known.
[[nodiscard]] Found weighed(const CaseFile& c, const HostFacts& host, const InUse& in_use, Found found);

// "the self-made certificate CN=SRV": what is in use, in words.
[[nodiscard]] std::string certificate_words(const InUse& in_use);
// "container TSSecKeySet1 of Microsoft Enhanced Cryptographic Provider v1.0"
[[nodiscard]] std::string container_words(const HostCertificate& certificate);

// The key's file is there, has content, and NETWORK SERVICE may read it: its path; "" if any of it is not so
// or not known.
[[nodiscard]] std::string usable_key_file(const HostFacts& host);

// The certificate in use as no connection showed one: for judges of what a certificate says.
[[nodiscard]] std::optional<SeenCertificate> unseen_certificate(const CaseFile& c);

// What connections showed, against what the host itself would show.
enum class Shown { unknown, the_hosts_own, another };
struct ShownAgainstHost {
  Shown is = Shown::unknown;
  const evidence::Certificate* shown = nullptr;
  const HostCertificate* own = nullptr;
};
[[nodiscard]] ShownAgainstHost shown_against_host(const CaseFile& c);

// Connections of the case reach the host and fail before or in TLS.
[[nodiscard]] bool fails_at_tls(const CaseFile& c);

// A chosen certificate whose key can't be opened makes the service fall back to its own (event 1055): said
// with the finding, which then explains only a wire that fails at TLS.
void say_fallback(const CaseFile& c, const InUse& in_use, Found& found);

// What every judge of a key's file asks first: the host, and the certificate that is in use on it.
[[nodiscard]] Verdict judge_key(const CaseFile& c,
                                Verdict (*judge)(const CaseFile&, const HostFacts&, const InUse&));
// The certificate in use has no private key with it at all.
[[nodiscard]] Excluded names_no_key(const HostCertificate& certificate);

}  // namespace rdpdoctor::causes
