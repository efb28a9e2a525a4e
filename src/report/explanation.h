// What a code means, what it does not mean, and the causes behind it: `rdpdoctor explain`.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "causes/engine/diagnosis.h"
#include "codes/registry.h"
#include "codes/signs.h"
#include "report/report.h"

namespace rdpdoctor::report {

// Where in a text it stands; without a text, line 0.
struct InText {
  std::uint64_t line = 0;  // of the first
  std::string words;       // around it
  std::size_t times = 0;   // lines that tell it
};
struct ExplainedCode {
  std::string asked;  // as the user wrote it
  std::uint32_t value = 0;
  const codes::Family* family = nullptr;  // null: in no table we know; the number is kept and shown
  const codes::Code* code = nullptr;
  bool ambiguous = false;  // one of several meanings, and nothing says which
  InText in = {};
};
struct ExplainedSign {
  const codes::Sign* sign = nullptr;
  InText in;
};

struct Explanation {
  std::vector<ExplainedCode> codes;  // several rows when a number means different things in different fields
  std::vector<ExplainedSign> signs;
  std::vector<causes::RankedCause> causes;  // in order; certainty as far as codes and words alone carry it
  bool ambiguous = false;                   // a number stands in several families
  std::string next;                         // the one step that tells the first two causes apart
};

// `code` is a number or a name; `extended` (may be "") the second number of a pair. An error when the code is
// in no table.
[[nodiscard]] Result<Explanation> explain(std::string_view code, std::string_view extended);

// What a text told (analyze/text.h); the words beside a code are in Told::words. Without any code or sign,
// nothing is explained: an empty Explanation.
[[nodiscard]] Explanation explain(const std::vector<evidence::Told>& told);

[[nodiscard]] std::string terminal(const Explanation& e, const TerminalStyle& style);
[[nodiscard]] std::string json(const Explanation& e);  // schema rdpdoctor.explanation/1

// The page of one cause.
[[nodiscard]] std::string cause_page(const causes::Cause& cause, const TerminalStyle& style);

}  // namespace rdpdoctor::report
