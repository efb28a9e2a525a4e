// What an error of Windows means for a reading. Windows only.
#pragma once

#include <cstdint>
#include <string>

#include "base/reading.h"

namespace rdpdoctor::host {

// There is no such key, value, file or folder.
[[nodiscard]] bool is_absence(std::uint32_t code);
// For Reading::why. Access denied begins with needs_elevation, unless this program is elevated already.
[[nodiscard]] std::string why_of(std::uint32_t code);

template <class T>
[[nodiscard]] Reading<T> reading_of_error(std::uint32_t code) {
  return is_absence(code) ? Reading<T>::absent() : Reading<T>::unreadable(why_of(code));
}

}  // namespace rdpdoctor::host
