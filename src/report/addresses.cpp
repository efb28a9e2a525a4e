#include "report/addresses.h"

#include <vector>

#include "base/ascii.h"
#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::report {
namespace {

std::optional<std::uint16_t> group(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  std::uint16_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "a:b:c" as groups; a last part with dots as two.
std::optional<std::vector<std::uint16_t>> groups(std::string_view text) {
  std::vector<std::uint16_t> out;
  if (text.empty()) return out;
  auto parts = split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (auto v4 = ipv4(parts[i]); v4 && i + 1 == parts.size()) {
      out.push_back(static_cast<std::uint16_t>((*v4)[0] << 8 | (*v4)[1]));
      out.push_back(static_cast<std::uint16_t>((*v4)[2] << 8 | (*v4)[3]));
    } else if (auto value = group(parts[i])) {
      out.push_back(*value);
    } else {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace

std::optional<std::array<std::uint8_t, 4>> ipv4(std::string_view text) {
  auto parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::array<std::uint8_t, 4> out{};
  for (std::size_t i = 0; i < 4; ++i) {
    auto value = parts[i].size() <= 3 ? decimal<std::uint8_t>(parts[i]) : std::nullopt;
    if (!value) return std::nullopt;
    out[i] = *value;
  }
  return out;
}

std::optional<std::array<std::uint16_t, 8>> ipv6(std::string_view text) {
  if (text.size() < 2 || text.size() > 45) return std::nullopt;
  std::size_t gap = text.find("::");
  auto head = groups(text.substr(0, gap));
  auto tail = gap == std::string_view::npos ? groups("") : groups(text.substr(gap + 2));
  if (!head || !tail) return std::nullopt;
  std::size_t told = head->size() + tail->size();
  if (gap == std::string_view::npos ? told != 8 : told > 7) return std::nullopt;
  std::array<std::uint16_t, 8> out{};
  for (std::size_t i = 0; i < head->size(); ++i) out[i] = (*head)[i];
  for (std::size_t i = 0; i < tail->size(); ++i) out[8 - tail->size() + i] = (*tail)[i];
  return out;
}

std::optional<AddressAt> address_at(std::string_view text) {
  bool brackets = text.starts_with('[');
  std::string_view rest = text.substr(brackets ? 1 : 0);
  std::size_t length = 0;
  while (length < rest.size() && length <= 45 &&
         (is_hex(rest[length]) || rest[length] == ':' || rest[length] == '.'))
    ++length;
  std::string_view run = rest.substr(0, length);
  if (brackets) {
    std::size_t close = rest.find(']');
    std::string_view inside = rest.substr(0, std::min(close, rest.find('%')));
    if (close > 64 || !ipv6(inside)) return std::nullopt;
    return AddressAt{inside, close + 2, true};
  }
  std::string_view v4 = run.substr(0, run.find(':'));
  while (v4.ends_with('.')) v4.remove_suffix(1);  // the end of a sentence
  if (ipv4(v4)) return AddressAt{v4, v4.size(), false};
  while (run.ends_with('.') || (run.ends_with(':') && !run.ends_with("::"))) run.remove_suffix(1);
  if (run.find(':') == std::string_view::npos || !ipv6(run)) return std::nullopt;
  return AddressAt{run, run.size(), false};
}

bool is_nobodys(std::string_view address) {
  if (auto v4 = ipv4(address)) return (*v4)[0] == 127 || (*v4)[0] == 0 || (*v4)[0] == 255;
  auto v6 = ipv6(address);
  if (!v6) return false;
  for (std::size_t i = 0; i < 7; ++i) {
    if ((*v6)[i] != 0) return false;
  }
  return (*v6)[7] <= 1;
}

std::string documentation_ipv4(std::size_t n) {
  static constexpr std::string_view ranges[] = {"192.0.2.", "198.51.100.", "203.0.113."};
  if (n < 3 * 254) return fmt::format("{}{}", ranges[n / 254], n % 254 + 1);
  n -= std::size_t{3} * 254;
  return fmt::format("198.{}.{}.{}", 18 + n / 65536 % 2, n / 256 % 256, n % 256);
}

std::string documentation_ipv6(std::size_t n) {
  return fmt::format("2001:db8::{:x}:{:x}", (n + 1) >> 16 & 0xFFFF, (n + 1) & 0xFFFF);
}

}  // namespace rdpdoctor::report
