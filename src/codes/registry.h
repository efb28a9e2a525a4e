// Every code family in one place: one constexpr table per family in its own header, collected here.
// A number means nothing without its field: 0x104 is a DNS failure as a disconnect reason and a licence fault
// as an extended reason, so every look-up names the family or gives all that fit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rdpdoctor::codes {

struct Code {
  std::uint32_t value = 0;
  std::string_view name;           // of the specification or system; where it has none, words in kebab-case
  std::string_view meaning;        // one sentence of our own
  std::string_view not_that = {};  // what it is often taken for but does not say, "" if nothing
};

struct Family {
  std::string_view id;      // "disconnect", "extended", "error-info", "negotiation-failure", "tls-alert" ...
  std::string_view title;   // "disconnect reason (mstsc's \"Error code\")"
  std::string_view where;   // where a person meets it
  std::string_view source;  // specification or page
  std::span<const Code> codes;  // by ascending value, no repeats (checked when compiled)
};

[[nodiscard]] std::span<const Family> all_families();
[[nodiscard]] const Family* find_family(std::string_view id);
// nullptr for a value that is in no table: a valid answer, to be shown as unknown. The family "extended" also
// knows the values of "error-info", which the client shows in the same field.
[[nodiscard]] const Code* find_code(std::string_view family, std::uint32_t value);

struct Match {
  const Family* family;
  const Code* code;
};
// Every family in which this value is known. A Win32 error is also found by its HRESULT (0x8007274C is 10060)
// and the other way round, so Match::code->value may be that other form.
[[nodiscard]] std::vector<Match> find_value(std::uint32_t value);
// By name, ignoring case and separators ("handshake failure"). A name without its prefix ("LOGON_FAILURE")
// finds every STATUS_, SSL_ERR_, ERRCONNECT_ ... code of that name; with its prefix only its own.
[[nodiscard]] std::vector<Match> find_name(std::string_view name);

// "0x904", "0X904", "2308", "-1073741715" (as unsigned 32 bit), spaces around it allowed; nothing if it is
// not a number of 32 bits.
[[nodiscard]] std::optional<std::uint32_t> parse_code(std::string_view text);
// "0x904/0x7", "0x904", "2308/7".
struct CodePair {
  std::uint32_t code = 0;
  std::optional<std::uint32_t> extended;
};
[[nodiscard]] std::optional<CodePair> parse_code_pair(std::string_view text);

// The name of a code ("disconnectReasonAtClientWinsockFDCLOSE"), "" if it is not known.
[[nodiscard]] std::string_view name_or_empty(std::string_view family, std::uint32_t value);

// The part of the client that a disconnect reason comes from, read off its shape (n << 8) | class:
// "transport/socket", "security layer", "TLS/CredSSP", "core, UI or licensing", "policy or NLA", "smart
// card"; "" for anything else. The shape is inferred from the published codes (all but 1, 2 and 3 fit it), so
// say "probably" with it.
[[nodiscard]] std::string_view class_of_disconnect(std::uint32_t value);

}  // namespace rdpdoctor::codes
