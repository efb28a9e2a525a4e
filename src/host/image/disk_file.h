// A disk or volume in a file, given in place of a folder: what it is, and how it becomes one.
#pragma once

#include <optional>
#include <string>

#include "base/byte_source.h"

namespace rdpdoctor::host {

// Nothing when the file is none that is known, a zip archive for instance. `path` is for the commands.
[[nodiscard]] std::optional<Error> as_disk_file(const std::string& path, RandomSource& file);

}  // namespace rdpdoctor::host
