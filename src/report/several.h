// Several hosts' answers together, as files tell them.
#pragma once

#include "report/report.h"

namespace rdpdoctor::report {

// A source that was read and holds nothing of Remote Desktop.
struct SaysNothing {
  evidence::SourceRead read;
  std::uint16_t port = 3389;  // the port that counted whatever was spoken there
};

// Texts out of files as they can be shown: no control characters, no escape sequences, whole UTF-8.
void make_printable(evidence::CaseFile& c);

// Failing first, then degraded, not found out, healthy; else as they were.
void worst_first(std::vector<Report>& reports);

// One after another. Of more than three, those without a fault are a line each, and so are those beyond the
// tenth; with style.verbose all are whole.
[[nodiscard]] std::string terminal(const std::vector<Report>& reports,
                                   const std::vector<SaysNothing>& nothing, const TerminalStyle& style);

}  // namespace rdpdoctor::report
