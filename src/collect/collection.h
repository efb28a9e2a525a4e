// A collection: one zip archive with what was read of a machine, readable by `inspect --bundle`, `analyze`
// and `fix --emit` on any other. docs/bundle.md.
#pragma once

#include "collect/recorder.h"
#include "host/bundle/manifest.h"

namespace rdpdoctor::collect {

using host::case_name;
using host::manifest_name;
using host::manifest_schema;

struct Collection {
  std::string case_json;             // what --json printed, schema rdpdoctor.diagnosis/1; "" none
  const Records* records = nullptr;  // nullptr: redacted, the case alone
  std::string computer;
  std::string program;  // version
  std::string role;     // "host": the machine was inspected as the host; "client": it connects to `target`
  std::string target;   // "" none; as the case has it where that is redacted
  bool redacted = false;
  Instant made;
};

// The members by name; the manifest has the sizes and SHA-256 of the others.
[[nodiscard]] std::map<std::string, Bytes> members_of(const Collection& c);

// As a zip archive; empty where it would have 4 GiB or more.
[[nodiscard]] Bytes archive_of(const std::map<std::string, Bytes>& members, Instant made);

// The PowerShell script that writes the same bundle where no program may run: Windows PowerShell 5.1, writes
// nothing but the archive.
[[nodiscard]] std::string collector_script(std::string_view version);

}  // namespace rdpdoctor::collect
