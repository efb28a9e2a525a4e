// Words by which people and programs tell what happened without a code: a dialog's sentence, a line of a log.
// Each sign is a few words that must all stand near one another, so that versions, languages of punctuation
// and line breaks do not matter. Windows' texts are not copied here: only the words that single them out.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace rdpdoctor::codes {

struct Sign {
  std::string_view id;  // "internal-error-dialog"
  // Alternatives; of each all the words (lower case; may hold spaces) stand within 200 characters, in this
  // order.
  std::vector<std::vector<std::string_view>> words;
  std::string_view meaning;   // one sentence of our own: what it says
  std::string_view not_that;  // what it is taken for but does not say; "" if nothing
  std::string_view where;     // where a person meets it: "mstsc", "FreeRDP's log", …
  std::string_view source;    // how we know
};

[[nodiscard]] std::span<const Sign> all_signs();
[[nodiscard]] const Sign* find_sign(std::string_view id);

}  // namespace rdpdoctor::codes
