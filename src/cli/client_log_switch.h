// Turns the client's detailed log on, and takes that back: the fix enable-client-log, planned, applied and
// undone by itself.
#pragma once

#include <string>

#include "base/error.h"
#include "host/writer.h"
#include "report/report.h"

namespace rdpdoctor::cli {

enum class Wish { show, apply };  // without being asked to nothing is written

struct Told {
  std::string text;
  int status = 0;  // to exit with
};
[[nodiscard]] Result<Told> client_log_on(host::Writer& writer, Wish wish, const report::TerminalStyle& style);
// Of a log that somebody else turned on it says so, and leaves it.
[[nodiscard]] Result<Told> client_log_off(host::Writer& writer, Wish wish,
                                          const report::TerminalStyle& style);

}  // namespace rdpdoctor::cli
