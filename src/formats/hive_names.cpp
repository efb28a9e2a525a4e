#include "formats/hive_names.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

// Every `step`th unit from `first` to `last` becomes another by adding `delta`.
struct Range {
  char16_t first;
  char16_t last;
  int step;
  int delta;
};

// What RtlUpcaseUnicodeChar of Windows 10 gives. In order of `last`.
constexpr std::array<Range, 62> ranges{{
    {0x0061, 0x007A, 1, -32}, {0x00E0, 0x00F6, 1, -32},  {0x00F8, 0x00FE, 1, -32}, {0x00FF, 0x00FF, 1, 121},
    {0x0101, 0x012F, 2, -1},  {0x0133, 0x0137, 2, -1},   {0x013A, 0x0148, 2, -1},  {0x014B, 0x0177, 2, -1},
    {0x017A, 0x017E, 2, -1},  {0x0180, 0x0180, 1, 195},  {0x0183, 0x0185, 2, -1},  {0x0188, 0x0188, 1, -1},
    {0x018C, 0x018C, 1, -1},  {0x0192, 0x0192, 1, -1},   {0x0195, 0x0195, 1, 97},  {0x0199, 0x0199, 1, -1},
    {0x019A, 0x019A, 1, 163}, {0x019E, 0x019E, 1, 130},  {0x01A1, 0x01A5, 2, -1},  {0x01A8, 0x01A8, 1, -1},
    {0x01AD, 0x01AD, 1, -1},  {0x01B0, 0x01B0, 1, -1},   {0x01B4, 0x01B6, 2, -1},  {0x01B9, 0x01B9, 1, -1},
    {0x01BD, 0x01BD, 1, -1},  {0x01BF, 0x01BF, 1, 56},   {0x01C6, 0x01CC, 3, -2},  {0x01CE, 0x01DC, 2, -1},
    {0x01DD, 0x01DD, 1, -79}, {0x01DF, 0x01EF, 2, -1},   {0x01F3, 0x01F3, 1, -2},  {0x01F5, 0x01F5, 1, -1},
    {0x01F9, 0x021F, 2, -1},  {0x0223, 0x0233, 2, -1},   {0x023C, 0x023C, 1, -1},  {0x0242, 0x0242, 1, -1},
    {0x0247, 0x024F, 2, -1},  {0x0259, 0x0259, 1, -202}, {0x0371, 0x0373, 2, -1},  {0x0377, 0x0377, 1, -1},
    {0x037B, 0x037D, 1, 130}, {0x03AC, 0x03AC, 1, -38},  {0x03AD, 0x03AF, 1, -37}, {0x03B1, 0x03C1, 1, -32},
    {0x03C3, 0x03CB, 1, -32}, {0x03CC, 0x03CC, 1, -64},  {0x03CD, 0x03CE, 1, -63}, {0x03D7, 0x03D7, 1, -8},
    {0x03D9, 0x03EF, 2, -1},  {0x03F2, 0x03F2, 1, 7},    {0x03F8, 0x03F8, 1, -1},  {0x03FB, 0x03FB, 1, -1},
    {0x0430, 0x044F, 1, -32}, {0x0450, 0x045F, 1, -80},  {0x0461, 0x0481, 2, -1},  {0x048B, 0x04BF, 2, -1},
    {0x04C2, 0x04CE, 2, -1},  {0x04CF, 0x04CF, 1, -15},  {0x04D1, 0x0523, 2, -1},  {0x0561, 0x0586, 1, -48},
    {0x1E01, 0x1E95, 2, -1},  {0x1EA1, 0x1EFF, 2, -1},
}};

}  // namespace

char16_t upper_case(char16_t unit) {
  if (unit < 0x61) return unit;
  if (0xFF41 <= unit && unit <= 0xFF5A) return static_cast<char16_t>(unit - 32);
  const auto* range = std::ranges::lower_bound(ranges, unit, {}, &Range::last);
  if (range == ranges.end() || unit < range->first || (unit - range->first) % range->step != 0) return unit;
  return static_cast<char16_t>(unit + range->delta);
}

std::u16string hive_name(View stored, bool compressed) {
  std::u16string out;
  if (compressed) {
    out.assign(stored.begin(), stored.end());
    return out;
  }
  for (std::size_t i = 0; i + 1 < stored.size(); i += 2)
    out += static_cast<char16_t>(stored[i] | (stored[i + 1] << 8));
  return out;
}

std::u16string hive_name(std::string_view utf8) {
  return hive_name(utf8_to_utf16le(utf8), false);
}

std::string to_utf8(std::u16string_view name) {
  Writer out;
  for (const char16_t unit : name) out.u16le(unit);
  return utf16le_to_utf8(out.view());
}

bool same_name(std::u16string_view a, std::u16string_view b) {
  return std::ranges::equal(a, b, {}, upper_case, upper_case);
}

std::uint32_t name_hash(std::u16string_view name) {
  std::uint32_t hash = 0;
  for (const char16_t unit : name) hash = 37 * hash + upper_case(unit);
  return hash;
}

}  // namespace rdpdoctor::formats
