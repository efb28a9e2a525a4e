// Text as Windows' own calls want it. Windows only.
#pragma once

#include <string>

#include "base/text.h"

namespace rdpdoctor::host {

[[nodiscard]] inline std::wstring wide(const std::string& utf8) {
  Bytes units = utf8_to_utf16le(utf8);
  std::wstring out;
  for (std::size_t i = 0; i + 1 < units.size(); i += 2)
    out += static_cast<wchar_t>(units[i] | units[i + 1] << 8);
  return out;
}

}  // namespace rdpdoctor::host
