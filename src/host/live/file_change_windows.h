// Changing files of the running Windows by their full paths, see is_full_path(). Windows only.
#pragma once

#include <string>

#include "base/error.h"

namespace rdpdoctor::host {

// Owner, group and access list of a file or folder, each only where it differs from what is there.
[[nodiscard]] Result<void> set_file_access(const std::string& path, View descriptor);
// Never over a file that is there, never to another volume, where the access list would be lost.
[[nodiscard]] Result<void> move_file(const std::string& from, const std::string& to);

}  // namespace rdpdoctor::host
