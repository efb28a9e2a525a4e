// The values of binary XML as text, the way `wevtutil` shows them. [MS-EVEN6] 2.2.18; the numbers of the
// types as in libyal's documentation of the format.
#pragma once

#include <string>

#include "base/bytes.h"

namespace rdpdoctor::formats {

enum class ValueType : std::uint8_t {
  null = 0x00,
  string = 0x01,  // UTF-16LE
  ansi_string = 0x02,
  int8 = 0x03,
  uint8 = 0x04,
  int16 = 0x05,
  uint16 = 0x06,
  int32 = 0x07,
  uint32 = 0x08,
  int64 = 0x09,
  uint64 = 0x0A,
  real32 = 0x0B,
  real64 = 0x0C,
  boolean = 0x0D,
  binary = 0x0E,
  guid = 0x0F,
  size_t_hex = 0x10,
  file_time = 0x11,
  system_time = 0x12,
  sid = 0x13,
  hex_int32 = 0x14,
  hex_int64 = 0x15,
  binary_xml = 0x21,
};
constexpr std::uint8_t array_flag = 0x80;

// Appends the value. Total: a size that does not fit the type is read as far as it goes, a type that is not
// known is shown as its bytes. REQUIRES: type has no array_flag.
void append_value(std::string& out, std::uint8_t type, View bytes);
// UTF-16LE without a terminator; what follows a terminator at the end is none of it.
void append_utf16(std::string& out, View bytes);
// Of one value of the type; 0 where the type does not say it.
[[nodiscard]] std::size_t fixed_size(std::uint8_t type);
// Takes the first item off `items`. Strings end at their terminator, the rest has a fixed size; a last item
// that is cut short is given as it is. REQUIRES: items is not empty.
[[nodiscard]] View take_item(std::uint8_t type, View& items);

}  // namespace rdpdoctor::formats
