// Parts that the texts of plans and outcomes share. For report/*.cpp only.
#pragma once

#include "report/layout.h"
#include "report/plan.h"

namespace rdpdoctor::report {

// The changes as a diff: what is changed once, its values below.
[[nodiscard]] std::string diff_lines(const std::vector<fixes::Change>& changes, const TerminalStyle& style);
// "value fDenyTSConnections of HKLM\…: REG_DWORD 0", by its mark.
[[nodiscard]] std::string standing_line(const fixes::ChangeStanding& standing, std::string_view mark, Ink ink,
                                        std::string_view now, const TerminalStyle& style);
// What is in the way, with what is there now.
[[nodiscard]] std::string in_the_way_lines(const fixes::Outcome& outcome, const TerminalStyle& style);
// "  run     20261121-160102-3f2a, its journal …"
[[nodiscard]] std::string run_lines(const fixes::Outcome& outcome, const TerminalStyle& style);
// What could be run next, each on its line.
[[nodiscard]] std::string next_lines(const FixReport& report, const TerminalStyle& style);
// There was nothing that could be done from here, and why.
[[nodiscard]] std::string nothing_done(const FixReport& report, const TerminalStyle& style);
// `--apply`: what was done, before and after, how to take it back.
[[nodiscard]] std::string outcome_lines(const FixReport& report, const TerminalStyle& style);
// A line that is to be copied stays whole.
[[nodiscard]] std::string command_line(std::string_view lead, std::string_view command);

}  // namespace rdpdoctor::report
