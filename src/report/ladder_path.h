// The two rungs that lie across the stages: UDP and the path itself.
#pragma once

#include "report/report.h"

namespace rdpdoctor::report {

[[nodiscard]] StageLine udp_line(const evidence::CaseFile& c);
[[nodiscard]] StageLine path_line(const evidence::CaseFile& c);

}  // namespace rdpdoctor::report
