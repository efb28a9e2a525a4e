// Our failures. The target's failures (refused, alert 40, HYBRID_REQUIRED_BY_SERVER) are values in the
// evidence and never travel as an Error: an Error means only that we could not find out, or were asked
// wrongly.
#pragma once

#include <expected>
#include <string>

#include "base/bytes.h"

namespace rdpdoctor {

enum class ErrorKind {
  usage,          // the command line or an input file is wrong: exit 2
  not_permitted,  // the system did not let us: exit 3
  not_found,      // a file or name we need is not there
  io,             // reading or writing failed
  malformed,      // the input is not what it should be
  bug,            // ours: please report
};

struct Error {
  std::string doing;  // lower case, no full stop, composable: "read case.json"
  ErrorKind kind = ErrorKind::io;
  int os_code = 0;       // as the system gave it, 0 if none
  std::string expected;  // what would have been right, "" if that does not apply
};

template <class T>
using Result = std::expected<T, Error>;
template <class T>
using Decoded = std::expected<T, DecodeError>;

// One line: "read case.json: not found (2); expected …".
[[nodiscard]] std::string to_text(const Error& error);
[[nodiscard]] std::string to_text(const DecodeError& error);

}  // namespace rdpdoctor
