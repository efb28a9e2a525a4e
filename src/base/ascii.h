// Which ASCII character it is, whatever the locale.
#pragma once

namespace rdpdoctor {

[[nodiscard]] constexpr bool is_digit(char c) {
  return '0' <= c && c <= '9';
}
[[nodiscard]] constexpr bool is_letter(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
}
[[nodiscard]] constexpr bool is_hex(char c) {
  return is_digit(c) || ('a' <= c && c <= 'f') || ('A' <= c && c <= 'F');
}

}  // namespace rdpdoctor
