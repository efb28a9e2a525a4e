// Edits of a registry hive, by hivex. What it wrote is compared with the original by our own decoder before
// it is used (image/hive_compare.h).
#pragma once

#include "host/writer.h"

namespace rdpdoctor::host {

// Reads the hive at `from`, and writes it with the edits to the file that is at `to`; keys are below the
// hive's root, "" the root itself. REQUIRES: the hive was found whole; hivex trusts what it reads.
[[nodiscard]] Result<void> write_edited_hive(const std::string& from, const std::string& to,
                                             const std::vector<RegistryEdit>& edits);

}  // namespace rdpdoctor::host
