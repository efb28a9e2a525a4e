// rdpdoctor collect --emit ps1 [-o FILE]
#pragma once

#include "cli/commands.h"

namespace rdpdoctor::cli {

// Writes the PowerShell collector to a new file, to standard output when `out` is "".
[[nodiscard]] Result<void> emit_collector(const std::string& out, Context& context);

}  // namespace rdpdoctor::cli
