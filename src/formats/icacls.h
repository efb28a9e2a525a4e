// What `icacls PATH…` prints: one file and its entries, by names of accounts and letters of rights. Names are
// translated on Windows of other languages, where nothing is guessed: an entry list that names an account
// which can't be told is no entry list.
#pragma once

#include <string>
#include <vector>

#include "base/byte_source.h"
#include "base/reading.h"
#include "formats/security_descriptor.h"

namespace rdpdoctor::formats {

struct ListedAccess {
  std::string path;  // "C:\ProgramData\…"
  Reading<SecurityDescriptor> security;
};

// By the beginning of a file; looks into at most its first 4 KiB.
[[nodiscard]] bool is_icacls(View first);
// At most 100,000 files. What is not like icacls' output is passed over.
[[nodiscard]] Result<std::vector<ListedAccess>> read_icacls(ByteSource& file);

}  // namespace rdpdoctor::formats
