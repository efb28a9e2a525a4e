#include "report/topics.h"

#include <algorithm>

#include "fmt/core.h"

namespace rdpdoctor::report {

std::string fact_words(const evidence::NumberFact& fact) {
  if (fact.get()) return std::to_string(*fact.get());
  return fact.is.state == Presence::absent ? "not set" : "can't be read";
}

std::string fact_words(const evidence::TextFact& fact) {
  if (fact.get()) return *fact.get();
  return fact.is.state == Presence::absent ? "not set" : "can't be read";
}

std::vector<StageLine> topic_ladder(const evidence::CaseFile& c, const causes::Diagnosis& d) {
  if (!c.host) return {};
  const evidence::HostFacts& h = *c.host;
  std::vector<StageLine> lines = {system_line(h),   remote_desktop_line(h), services_line(h),
                                  listener_line(h), certificate_line(h),    tls_policy_line(h),
                                  logon_line(h),    firewall_line(h),       network_line(h),
                                  profiles_line(h), updates_line(h),        logs_line(c)};
  for (StageLine& line : lines) {
    for (const causes::RankedCause& r : d.causes) {
      if (r.cause->topic != line.topic || r.found.note) continue;
      bool fails = r.found.explains && r.found.certainty != causes::Certainty::possible;
      if (fails) line.outcome = Outcome::failed;
      if (!fails && line.outcome == Outcome::passed) line.outcome = Outcome::warning;
    }
  }
  return lines;
}

}  // namespace rdpdoctor::report
