// A host tried from this machine: what diagnose, collect and the guide do alike.
#pragma once

#include "cli/commands.h"
#include "probe/run.h"

namespace rdpdoctor::cli {

// Tries it, with a line of progress on a terminal; where this machine is the client that is asked about, on
// Windows by the system's own TLS too.
[[nodiscard]] evidence::CaseFile probe_from_here(probe::Options options, const Context& context,
                                                 bool is_the_client = true);

// By the health of what was found; where it was this machine that let nothing through, it could not be found
// out.
[[nodiscard]] int status_of_probed(const report::Report& report);

}  // namespace rdpdoctor::cli
