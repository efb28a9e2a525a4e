// What an input is, told by its bytes and not by its name; and what is inside a folder or an archive.
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

// By at most the first 4 KiB.
[[nodiscard]] InputKind kind_of(View first, const std::string& name);
[[nodiscard]] std::string_view word(InputKind kind);  // "capture", "event log", …

// Files of a support bundle that say nothing of Remote Desktop (installers, other products' logs) are not
// read at all; by their name inside it.
[[nodiscard]] bool worth_reading(const std::string& name);

}  // namespace rdpdoctor::analyze
