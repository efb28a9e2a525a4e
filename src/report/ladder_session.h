// The rung after security: MCS, licensing, logon and the session itself, as captures show them.
#pragma once

#include "report/report.h"

namespace rdpdoctor::report {

[[nodiscard]] StageLine session_line(const evidence::CaseFile& c);

}  // namespace rdpdoctor::report
