// A collection: one zip archive with what was read of a machine, readable by `inspect --bundle`, `analyze`
// and `fix --emit` on any other. docs/bundle.md.
#pragma once

#include "collect/recorder.h"
#include "evidence/case_file.h"

namespace rdpdoctor::collect {

inline constexpr std::string_view manifest_name = "manifest.json";
inline constexpr std::string_view manifest_schema = "rdpdoctor.collection/1";
inline constexpr std::string_view case_name = "case.json";

struct Collection {
  std::string case_json;             // what --json printed, schema rdpdoctor.diagnosis/1; "" none
  const Records* records = nullptr;  // nullptr: redacted, the case alone
  std::string computer;
  std::string program;  // version
  std::string role;     // "host": the machine was inspected as the host; "client": it connects to `target`
  std::string target;   // "" none
  bool redacted = false;
  Instant made;
};

// The members by name, the manifest with their sizes and SHA-256 last.
[[nodiscard]] std::map<std::string, Bytes> members_of(const Collection& c);

// As a zip archive.
[[nodiscard]] Bytes archive_of(const std::map<std::string, Bytes>& members, Instant made);

// The PowerShell script that writes the same bundle where no program may run: Windows PowerShell 5.1, writes
// nothing but the archive.
[[nodiscard]] std::string collector_script(std::string_view version);

}  // namespace rdpdoctor::collect
