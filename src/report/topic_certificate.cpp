// "self-made CN=SRV01 until 2027-03-01, key TSSecKeySet1; NETWORK SERVICE may read it".
#include "base/text.h"
#include "causes/engine/key_views.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {
namespace {

std::string key_words(const evidence::HostCertificate& certificate, bool& unknown) {
  if (certificate.container.is.state == Presence::absent) return "no private key";
  const std::uint64_t* size = certificate.key_size.get();
  if (certificate.key_size.is.state == Presence::absent) return "its key file is not there";
  const evidence::AccessFacts* access = certificate.key_access.get();
  unknown = unknown || !size || !access;
  if (!size) return "its key file can't be read";
  if (!access) return "who may read its key is not known";
  return access->network_service_lacks == 0 ? "NETWORK SERVICE may read its key"
                                            : "NETWORK SERVICE may not read its key";
}

}  // namespace

StageLine certificate_line(const evidence::HostFacts& h) {
  StageLine line{
      .outcome = Outcome::skipped, .summary = "not looked at", .topic = evidence::Topic::certificate};
  if (h.certificate.pinned.is.state == Presence::not_looked) return line;
  causes::InUse in_use = causes::certificate_in_use(h);
  if (!in_use.certificate) {
    bool known = std::holds_alternative<causes::Excluded>(in_use.otherwise);
    line.outcome = known ? Outcome::passed : Outcome::skipped;
    line.summary = known ? "none yet: Windows makes one when the service starts" : "can't be read";
    return line;
  }
  bool unknown = false;
  const evidence::Certificate* certificate = in_use.certificate->certificate.get();
  std::string until = certificate ? ", until " + date_of(certificate->not_after) : "";
  line.summary = causes::certificate_words(in_use) + until + "; " + key_words(*in_use.certificate, unknown);
  line.outcome = unknown ? Outcome::skipped : Outcome::passed;
  return line;
}

}  // namespace rdpdoctor::report
