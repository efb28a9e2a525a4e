// What the answer rests on when it comes from files: what was read of each, and how far their clocks are
// apart.
#pragma once

#include "report/report.h"

namespace rdpdoctor::report {

// False for a case file of our own probe alone, just made.
[[nodiscard]] bool from_files(const evidence::CaseFile& c);

// "3 connections, 14 events, 2026-11-20 02:14:03 to 02:20:10 UTC".
[[nodiscard]] std::string evidence_words(const evidence::CaseFile& c);

// "2026-11-20 02:14:03 to 02:20:10 UTC"; "" when no time is known.
[[nodiscard]] std::string time_range(std::optional<Instant> first, std::optional<Instant> last);

// "1234 packets", "event log of SRV01, 99 events, …; 2 damaged, the first: …".
[[nodiscard]] std::string read_words(const evidence::SourceRead& read);

// The lines "from" and "clock" under the heading.
[[nodiscard]] std::string sources_lines(const evidence::CaseFile& c, const TerminalStyle& style);

}  // namespace rdpdoctor::report
