// The cipher suites that Schannel knows and Remote Desktop can use, and what a list of them is worth.
// [Microsoft, "Cipher Suites in TLS/SSL (Schannel SSP)", the pages of each Windows]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rdpdoctor::causes {

// Which certificate's key a suite needs; TLS 1.3 leaves that open.
enum class SuiteUse { tls13, with_rsa, with_ecdsa, not_for_remote_desktop, unknown };
// Without regard to case; old names with a curve at their end ("…_SHA256_P256") count as without.
[[nodiscard]] SuiteUse use_of_suite(std::string_view name, std::uint32_t build);

struct SuiteList {
  std::size_t names = 0;  // that are not empty
  std::size_t tls13 = 0, with_rsa = 0, with_ecdsa = 0;
  std::size_t only_without_spaces = 0;  // names that are known once the spaces around them are taken away
  std::vector<std::string> unknown;     // printable, at most eight
  std::size_t characters = 0;           // of the longest text
  [[nodiscard]] std::size_t usable() const { return tls13 + with_rsa + with_ecdsa; }
};
// Of values as stored: one text with commas, or a name each.
[[nodiscard]] SuiteList read_suites(const std::vector<std::string>& texts, std::uint32_t build);

// What the policy's editor takes. [Microsoft, "Manage Transport Layer Security (TLS)"]
inline constexpr std::size_t longest_suite_policy = 1023;

}  // namespace rdpdoctor::causes
