// Addresses inside words, by their shape alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rdpdoctor::report {

[[nodiscard]] std::optional<std::array<std::uint8_t, 4>> ipv4(std::string_view text);
// Eight groups; also with "::" and with an IPv4 address at its end; no zone.
[[nodiscard]] std::optional<std::array<std::uint16_t, 8>> ipv6(std::string_view text);

// The address at the beginning of `text` and how long it is, with brackets but without a port; nothing when
// there is none.
struct AddressAt {
  std::string_view address;
  std::size_t length = 0;
  bool in_brackets = false;
};
[[nodiscard]] std::optional<AddressAt> address_at(std::string_view text);

// Loopback, unspecified and broadcast addresses identify nobody.
[[nodiscard]] bool is_nobodys(std::string_view address);

// The n-th (from 0) address of the documentation ranges: RFC 5737, then the benchmarking range of RFC 2544;
// RFC 3849.
[[nodiscard]] std::string documentation_ipv4(std::size_t n);
[[nodiscard]] std::string documentation_ipv6(std::size_t n);

}  // namespace rdpdoctor::report
