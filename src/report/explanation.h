// What a code means, what it does not mean, and the causes behind it: `rdpdoctor explain`.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "causes/engine/diagnosis.h"
#include "codes/registry.h"
#include "report/report.h"

namespace rdpdoctor::report {

struct ExplainedCode {
  std::string asked;  // as the user wrote it
  std::uint32_t value = 0;
  const codes::Family* family = nullptr;  // null: in no table we know; the number is kept and shown
  const codes::Code* code = nullptr;
};

struct Explanation {
  std::vector<ExplainedCode> codes;  // several rows when a number means different things in different fields
  std::vector<causes::RankedCause> causes;  // in order; certainty as far as the code alone carries it
  bool ambiguous = false;                   // the same number stands in several families
};

// `code` is a number or a name; `extended` (may be "") the second number of a pair. An error when the code is
// in no table.
[[nodiscard]] Result<Explanation> explain(std::string_view code, std::string_view extended);

[[nodiscard]] std::string terminal(const Explanation& e, const TerminalStyle& style);
[[nodiscard]] std::string json(const Explanation& e);  // schema rdpdoctor.explanation/1

// The page of one cause.
[[nodiscard]] std::string cause_page(const causes::Cause& cause, const TerminalStyle& style);

}  // namespace rdpdoctor::report
