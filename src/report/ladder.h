// The stage ladder of a report.
#pragma once

#include "report/report.h"

namespace rdpdoctor::report {

// name, tcp, x224, tls, nla, udp, path, always all seven. A stage that passed but has a cause against it is a
// warning.
[[nodiscard]] std::vector<StageLine> ladder(const evidence::CaseFile& c, const causes::Diagnosis& d);

}  // namespace rdpdoctor::report
