// Text from outside, on its way to a terminal or a report.
#include "base/text.h"

#include "base/time.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (unsigned char c : printable(text)) expects(c >= 0x20 && c != 0x7f);
  for (unsigned char c : printable(bytes)) expects(c >= 0x20 && c != 0x7f);
  // What was made well-formed once stays as it is.
  std::string utf8 = utf16le_to_utf8(bytes);
  expects(utf16le_to_utf8(utf8_to_utf16le(utf8)) == utf8);
  if (auto decoded = from_hex(text)) expects(from_hex(hex(*decoded)) == decoded);
  if (auto instant = from_rfc3339(text)) expects(from_rfc3339(to_rfc3339(*instant)) == instant);
}

}  // namespace rdpdoctor::fuzz
