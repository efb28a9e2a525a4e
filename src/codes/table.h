// What every code table must hold to, checked while it is compiled: look-ups search by halves, and a code
// without a text is no answer.
#pragma once

#include "codes/registry.h"

namespace rdpdoctor::codes {

// A text is a sentence: it ends with a full stop, so that answers can be put together without looking at it.
consteval bool is_sentence(std::string_view text) {
  return text.size() > 8 && text.ends_with('.') && !text.ends_with("..");
}

// REQUIRED of every table: strictly ascending values, a name, a sentence, and "" or a sentence in not_that.
consteval bool well_formed(std::span<const Code> table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (i > 0 && table[i].value <= table[i - 1].value) return false;
    if (table[i].name.empty() || !is_sentence(table[i].meaning)) return false;
    if (!table[i].not_that.empty() && !is_sentence(table[i].not_that)) return false;
  }
  return !table.empty();
}

}  // namespace rdpdoctor::codes
