// Text from outside made safe, and small text helpers.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace rdpdoctor {

// UTF-16LE to UTF-8; a lone surrogate or an odd last byte becomes U+FFFD. Never fails.
[[nodiscard]] std::string utf16le_to_utf8(View bytes);
// UTF-8 to UTF-16LE bytes; malformed input becomes U+FFFD.
[[nodiscard]] Bytes utf8_to_utf16le(std::string_view text);

// Safe to print on a terminal or in a report: control characters, escape sequences and malformed UTF-8
// become "\xNN"; at most `limit` bytes of input, then "…".
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 200);
[[nodiscard]] std::string printable(View bytes, std::size_t limit = 200);

[[nodiscard]] std::string lower(std::string_view text);  // ASCII only
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
// The integer that the whole text is in decimal, without spaces or "+"; nothing if it is none or does not
// fit.
template <class Integer>
[[nodiscard]] std::optional<Integer> decimal(std::string_view text) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}
// "1 byte", "2 bytes": the noun must take a plain s.
[[nodiscard]] std::string count_of(std::size_t n, std::string_view noun);

}  // namespace rdpdoctor
