// Which field a number in a text stands in, by the words before it; and codes by their names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "codes/registry.h"

namespace rdpdoctor::analyze {

enum class Field {
  none,         // no word says that it is a code
  main,         // "error code": what a client shows first
  error,        // "error", "failed with", "code": some code
  disconnect,   // "disconnect reason", "Reason="
  extended,     // "extended error code"
  error_info,   // "errorInfo"
  alert,        // "TLS alert"
  status,       // "NTSTATUS", "HRESULT", "status"
  winsock,      // "socket error"
  negotiation,  // "failureCode"
  no_code,      // "event id", "port", "offset": a number of another kind
};
struct FieldSeen {
  Field field = Field::none;
  bool close = false;  // "=", ":" or "code" stands between the word and the number
};

// How far before a number its words may stand, bytes.
inline constexpr std::size_t farthest_clue = 44;

// All text in lower case. `before` is what stands before the number, at most farthest_clue bytes.
[[nodiscard]] FieldSeen field_of(std::string_view before);
// False when no word of the line can be one that field_of knows: most lines of most logs.
[[nodiscard]] bool has_clue(std::string_view line);
// The families that a field's numbers are looked up in.
[[nodiscard]] std::span<const std::string_view> families_of(Field field);
[[nodiscard]] bool fits_any_field(Field field);

// The codes of a name as programs write it ("status_logon_failure", "errconnect_tls_connect_failed"), not of
// bare words.
[[nodiscard]] std::vector<codes::Match> named(std::string_view word);
// The alert whose name these words begin with: " handshake failure:ssl/…".
[[nodiscard]] std::optional<std::uint32_t> alert_named(std::string_view after);

}  // namespace rdpdoctor::analyze
