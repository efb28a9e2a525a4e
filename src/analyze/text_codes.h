// The codes in a line of text, by their shape and by the words before them. A number means nothing without
// its field: "Error code: 0x904, Extended error code: 0x7" is a pair, 0x7 in a sentence is no code at all,
// and pointers, sizes, dates and hashes are none either.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rdpdoctor::analyze {

struct CodeHit {
  // "" when it stands in several and the text does not say which. A number that a client shows as its code
  // has the family of that field, though its table does not have it.
  std::string_view family;
  std::uint32_t value = 0;
  std::size_t at = 0;  // in the line
};

struct LineOfText {
  std::string_view text;
  std::string_view
      before;  // the end of the line above where this one goes on from it ("Error code:"), else ""
  bool after_main = false;  // the line above ended with a client's main code: its extended one may follow
  bool of_a_log =
      false;  // a line of a log holds many numbers: there, a number counts only where a word says so
};

// The families of what a client shows first: "Error code: 0x904".
[[nodiscard]] bool is_main_family(std::string_view family);

// Each once, in the order of the line.
[[nodiscard]] std::vector<CodeHit> codes_in(const LineOfText& line);

}  // namespace rdpdoctor::analyze
