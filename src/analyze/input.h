// What an input is, told by its bytes and not by its name; and which files of a folder or an archive are
// read.
#pragma once

#include <string>

#include "analyze/piece.h"

namespace rdpdoctor::analyze {

enum class InputKind {
  capture,
  event_log,
  event_xml,
  rdp_file,
  case_file,
  gzip,
  zip,
  text,
  registry_export,
  empty,
  unknown
};

// By at most the first 4 KiB. The name decides only whether a text is an .rdp file all of whose first lines
// are malformed.
[[nodiscard]] InputKind kind_of(View first, const std::string& name);
inline constexpr std::size_t kind_bytes = 4096;
[[nodiscard]] std::string_view word(InputKind kind);  // "capture", "event log", …

// Of a folder or an archive: captures, event logs, .rdp files and our own JSON are read wherever they lie; a
// text only when its name says that it is a client's or a server's log, as a support bundle holds megabytes
// of listings full of numbers that are no codes.
[[nodiscard]] bool worth_reading(InputKind kind, const std::string& name);

// Why a file is not read, as a clause: "a registry export: …".
[[nodiscard]] std::string why_not_read(InputKind kind, const std::string& name);

// What of a path to cite: the last part.
[[nodiscard]] std::string base_name(const std::string& path);

}  // namespace rdpdoctor::analyze
