// With --verbose: everything that was asked, one paragraph each, as it was told.
#pragma once

#include "report/report.h"

namespace rdpdoctor::report {

[[nodiscard]] std::string details(const Report& r, const TerminalStyle& style);

}  // namespace rdpdoctor::report
