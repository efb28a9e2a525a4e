// Readings of the host and of the client that more rights would have read.
#pragma once

#include "report/report.h"

namespace rdpdoctor::report {

// What they are, each once, in the order of the evidence: a key and value, a path, a channel, a topic's name.
[[nodiscard]] std::vector<std::string> needing_elevation(const evidence::CaseFile& c);

// "3 readings need elevation: run it as administrator"; with --verbose which. "" where there are none.
[[nodiscard]] std::string elevation_lines(const evidence::CaseFile& c, const TerminalStyle& style);

}  // namespace rdpdoctor::report
