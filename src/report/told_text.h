// What a pasted text tells, on a terminal: what was recognized, the causes, the one next step.
#pragma once

#include <string>

#include "report/explanation.h"

namespace rdpdoctor::report {

// `e` comes from a text. Short: JSON has everything.
[[nodiscard]] std::string told_text(const Explanation& e, const TerminalStyle& style);

}  // namespace rdpdoctor::report
