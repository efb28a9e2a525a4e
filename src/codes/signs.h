// Words by which people and programs tell what happened without a code: a dialog's sentence, a line of a log.
// Each sign is a few words that must all stand near one another, so that versions, punctuation and line
// breaks do not matter. Windows' texts are not copied here: only the words that single them out. They are
// English; of a dialog in another language the numbers are read and its words are not.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace rdpdoctor::codes {

struct Sign {
  std::string_view id;  // "mstsc-internal-error"
  // Alternatives. Of each, all the words stand in this order within sign_reach characters; a word is lower
  // case, may hold single spaces, and begins and ends where a word of the text does.
  std::vector<std::vector<std::string_view>> words;
  std::string_view meaning;   // one sentence of our own: what it says
  std::string_view not_that;  // what it is taken for but does not say; "" if nothing
  std::string_view where;     // where a person meets it: "mstsc's dialog", "FreeRDP's log", …
  std::string_view source;    // how we know
};

inline constexpr std::size_t sign_reach = 200;

[[nodiscard]] std::span<const Sign> all_signs();
[[nodiscard]] const Sign* find_sign(std::string_view id);

}  // namespace rdpdoctor::codes
