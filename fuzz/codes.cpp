// Codes as people write them: 0x904/0x7, 2308, a name.

#include "codes/registry.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  (void)codes::parse_code_pair(text);
  for (const codes::Match& match : codes::find_name(text)) expects(match.family && match.code);
  if (auto value = codes::parse_code(text)) {
    for (const codes::Match& match : codes::find_value(*value)) expects(match.code->value == *value);
  }
}

}  // namespace rdpdoctor::fuzz
