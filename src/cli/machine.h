// The Windows machine that a command was given: --image DIR, --bundle FILE, --with-host EVIDENCE.json.
#pragma once

#include <memory>
#include <string>

#include "cli/commands.h"
#include "evidence/case_file.h"
#include "host/file_tree.h"

namespace rdpdoctor::cli {

// A folder or a zip archive.
[[nodiscard]] Result<std::unique_ptr<host::FileTree>> tree_at(const std::string& path);
// A mounted Windows volume or what was collected of one; a folder or a zip archive.
[[nodiscard]] Result<std::unique_ptr<host::Host>> open_image_at(const std::string& path);
[[nodiscard]] Result<std::unique_ptr<host::Host>> open_bundle_at(const std::string& path);

[[nodiscard]] Instant clock_now();

// Reads the machine that this runs on as the one that connects; nothing on another system than Windows.
void inspect_this_client(evidence::CaseFile& c, const Context& context);

// This system's own words for what its client showed, where both are known.
void add_system_words(evidence::CaseFile& c);

// Starts the same command once more with an administrator's rights, when Windows asked the person; `doing` is
// what it takes them for. Leaves its exit status.
void run_as_administrator(const std::string& doing, Context& context);

// Reads all topics into `c`, with a line of progress on a terminal. False: interrupted.
[[nodiscard]] bool inspect_machine(host::Host& host, evidence::CaseFile& c, const Context& context);

// What was inspected joins what was probed, unless that is plainly another machine: then a line on stderr
// says so. False: they were not joined.
[[nodiscard]] bool join_host(evidence::CaseFile& c, evidence::CaseFile host);

// What an inspection printed (`rdpdoctor inspect --json`).
[[nodiscard]] Result<evidence::CaseFile> read_inspection(const std::string& path);

}  // namespace rdpdoctor::cli
