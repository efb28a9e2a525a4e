// What the terminal says of an inspection alone, where nothing was tried on the wire.
#pragma once

#include <map>

#include "report/report.h"

namespace rdpdoctor::report {

// "SRV01   image /mnt/windows, 4 event logs, read in 0.4 s"
[[nodiscard]] std::string inspection_heading(const evidence::CaseFile& c, const TerminalStyle& style);
// When no cause was found: all is right, or what could not be read.
[[nodiscard]] std::string inspection_without_fault(const Report& r, const TerminalStyle& style);
// What was not judged of the host, by what it would take. What only a connection tells is one need of its
// own.
[[nodiscard]] std::map<std::string, std::vector<std::string>> inspection_needs(const causes::Diagnosis& d,
                                                                               const TerminalStyle& style);

}  // namespace rdpdoctor::report
