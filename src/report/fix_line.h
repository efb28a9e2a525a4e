// The line of a finding that names its fixes and the command that plans them.
#pragma once

#include "report/report.h"

namespace rdpdoctor::report {

// "  fix   grant-key-access, else regenerate-certificate:" and the command; "" when no fix is there that is
// chosen by itself.
[[nodiscard]] std::string fix_line(const Report& report, const causes::Cause& cause,
                                   const TerminalStyle& style);

}  // namespace rdpdoctor::report
