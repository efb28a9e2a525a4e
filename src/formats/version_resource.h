// The file version of a program or library: VS_FIXEDFILEINFO out of the version resource of a PE file. Only
// headers and the few entries on the way there are read, so a file of any size costs some kilobytes.
// [Microsoft, "PE Format": .rsrc; "VS_VERSIONINFO", "VS_FIXEDFILEINFO"]
#pragma once

#include <optional>
#include <string>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

struct FileVersion {
  std::uint16_t major = 0, minor = 0, build = 0, revision = 0;
};

// Nothing: it is a PE file, and it has no version resource. An error where it is none, or damaged.
[[nodiscard]] Result<std::optional<FileVersion>> file_version(RandomSource& file);

// "10.0.22621.3007"
[[nodiscard]] std::string to_text(const FileVersion& version);

}  // namespace rdpdoctor::formats
