// Words on a terminal: wrapping with a hanging indent, colour when asked for.
#pragma once

#include <string>
#include <string_view>

#include "report/report.h"

namespace rdpdoctor::report {

// `text` behind `lead`, broken at spaces to `width` columns; further lines are indented to where the text
// began. A word longer than the line stays whole. Columns are counted in code points.
[[nodiscard]] std::string hanging(std::string_view lead, std::string_view text, std::size_t width);
// A step of advice: its words like hanging(), and the command behind ":   " on a line of its own, never
// broken, so that it can be copied.
[[nodiscard]] std::string advice_step(std::string_view lead, std::string_view step, std::size_t width);
struct Advice {
  std::string_view words;
  std::string_view command;  // "" when the step has none
};
[[nodiscard]] Advice split_advice(std::string_view step);
[[nodiscard]] std::size_t columns(std::string_view utf8);
[[nodiscard]] std::string padded(std::string_view text, std::size_t to_columns);

enum class Ink { plain, good, bad, doubt, dim, strong };
[[nodiscard]] std::string inked(std::string_view text, Ink ink, const TerminalStyle& style);

}  // namespace rdpdoctor::report
