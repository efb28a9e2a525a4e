// Numbers as people paste them: hexadecimal from a message box, decimal from an event, negative from a
// script.
#include <charconv>

#include "base/text.h"
#include "codes/registry.h"

namespace rdpdoctor::codes {
namespace {

// All of the digits, or nothing: from_chars takes no sign for an unsigned type and reports a value that does
// not fit.
template <class Number>
std::optional<Number> number_of(std::string_view digits, int base) {
  Number value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::uint32_t> parse_code(std::string_view text) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  if (text.starts_with("0x") || text.starts_with("0X")) return number_of<std::uint32_t>(text.substr(2), 16);
  if (!text.starts_with('-')) return number_of<std::uint32_t>(text, 10);
  const auto negative = number_of<std::int32_t>(text, 10);
  if (!negative) return std::nullopt;
  return static_cast<std::uint32_t>(*negative);
}

std::optional<CodePair> parse_code_pair(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto code = parse_code(text.substr(0, slash));
  if (!code) return std::nullopt;
  if (slash == std::string_view::npos) return CodePair{*code, std::nullopt};
  const auto extended = parse_code(text.substr(slash + 1));
  if (!extended) return std::nullopt;
  return CodePair{*code, extended};
}

}  // namespace rdpdoctor::codes
