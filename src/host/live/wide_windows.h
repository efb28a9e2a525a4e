// Text as Windows' own calls want it and give it. Windows only.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"

namespace rdpdoctor::host {

[[nodiscard]] inline std::wstring wide(const std::string& utf8) {
  Bytes units = utf8_to_utf16le(utf8);
  std::wstring out;
  for (std::size_t i = 0; i + 1 < units.size(); i += 2)
    out += static_cast<wchar_t>(units[i] | units[i + 1] << 8);
  return out;
}

[[nodiscard]] inline std::string narrow(std::wstring_view text) {
  Bytes units;
  units.reserve(2 * text.size());
  for (wchar_t unit : text) {
    units.push_back(static_cast<std::uint8_t>(unit & 0xFF));
    units.push_back(static_cast<std::uint8_t>(unit >> 8 & 0xFF));
  }
  return utf16le_to_utf8(units);
}

}  // namespace rdpdoctor::host
