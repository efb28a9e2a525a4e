#include "base/ip_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace rdpdoctor {
namespace {

constexpr std::size_t groups = 8;
using Groups = std::array<unsigned, groups>;

// The longest run of zero groups, the first of equals, at least two (RFC 5952 4.2).
struct Gap {
  std::size_t at = groups;
  std::size_t size = 1;
};
Gap longest_gap(const Groups& group) {
  Gap best;
  for (std::size_t i = 0, run = 0; i < groups; ++i) {
    run = group[i] == 0 ? run + 1 : 0;
    if (best.size < run) best = {i + 1 - run, run};
  }
  return best;
}

std::string ipv6_text(View v) {
  Groups group{};
  for (std::size_t i = 0; i < groups; ++i) group[i] = static_cast<unsigned>(v[2 * i] << 8 | v[2 * i + 1]);
  const Gap gap = longest_gap(group);
  std::string text;
  for (std::size_t i = 0; i < groups; ++i) {
    if (i == gap.at) {
      text += "::";
      i += gap.size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 4> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), group[i], 16).ptr;
    text.append(digits.data(), end);
  }
  return text;
}

}  // namespace

std::string ip_text(View v) {
  if (v.size() == 4)
    return std::to_string(v[0]) + "." + std::to_string(v[1]) + "." + std::to_string(v[2]) + "." +
           std::to_string(v[3]);
  if (v.size() == 16) return ipv6_text(v);
  return "0x" + hex(v.first(std::min<std::size_t>(v.size(), 32)));
}

}  // namespace rdpdoctor
