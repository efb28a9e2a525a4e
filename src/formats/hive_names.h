// Names of keys and values: how a hive stores them, and what Windows takes for the same name.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace rdpdoctor::formats {

// As Windows' own table has it for Latin, Greek, Cyrillic, Armenian and full-width letters; others stay as
// they are. It is one unit for one unit, and neither ı nor ſ nor ς becomes another letter.
[[nodiscard]] char16_t upper_case(char16_t unit);

// A stored name: one byte a unit ("compressed", which is Latin-1), or UTF-16LE.
[[nodiscard]] std::u16string hive_name(View stored, bool compressed);
[[nodiscard]] std::u16string hive_name(std::string_view utf8);
[[nodiscard]] std::string to_utf8(std::u16string_view name);
[[nodiscard]] bool same_name(std::u16string_view a, std::u16string_view b);
// The hash of hash leaves (lh), over the name in upper case.
[[nodiscard]] std::uint32_t name_hash(std::u16string_view name);

}  // namespace rdpdoctor::formats
