// Every code family in one place: one constexpr table per family in its own header, collected here.
// A number means nothing without its field: 0x104 is a DNS failure as a disconnect reason and a licence fault as an
// extended reason, so every look-up names the family or gives all that fit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rdpdoctor::codes {

struct Code {
  std::uint32_t value = 0;
  std::string_view name;     // the specification's or the system's name
  std::string_view meaning;  // one sentence of our own
  std::string_view not_that; // what it is often taken for but does not say, "" if nothing
};

struct Family {
  std::string_view id;      // "disconnect", "extended", "error-info", "negotiation-failure", "ntstatus", "tls-alert", …
  std::string_view title;   // "disconnect reason (mstsc's \"Error code\")"
  std::string_view where;   // where a person meets it
  std::string_view source;  // specification or page
  std::span<const Code> codes;  // by ascending value, no repeats (checked when compiled)
};

[[nodiscard]] std::span<const Family> all_families();
[[nodiscard]] const Family* find_family(std::string_view id);
[[nodiscard]] const Code* find_code(std::string_view family, std::uint32_t value);

struct Match {
  const Family* family;
  const Code* code;
};
// Every family in which this value is known.
[[nodiscard]] std::vector<Match> find_value(std::uint32_t value);
// By name, case and "disconnectReason"/"ERRINFO_"/"STATUS_"-like prefixes ignored.
[[nodiscard]] std::vector<Match> find_name(std::string_view name);

// "0x904", "0X904", "2308", "-1073741715" (as unsigned 32 bit); nothing if it is not a number of 32 bits.
[[nodiscard]] std::optional<std::uint32_t> parse_code(std::string_view text);
// "0x904/0x7", "0x904", "2308/7".
struct CodePair {
  std::uint32_t code = 0;
  std::optional<std::uint32_t> extended;
};
[[nodiscard]] std::optional<CodePair> parse_code_pair(std::string_view text);

// "0x904"; the name if known: "0x904 disconnectReasonAtClientWinsockFDCLOSE".
[[nodiscard]] std::string_view name_or_empty(std::string_view family, std::uint32_t value);

}  // namespace rdpdoctor::codes
