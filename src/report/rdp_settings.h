// The settings of .rdp files and what each means for connecting.
#pragma once

#include <string>

#include "report/report.h"

namespace rdpdoctor::report {

// One block for each file, "" when there is none.
[[nodiscard]] std::string settings_lines(const evidence::CaseFile& c, const TerminalStyle& style);

}  // namespace rdpdoctor::report
