// Files and folders of this machine, for reading. Paths are UTF-8.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/byte_source.h"

namespace rdpdoctor::host {

enum class FileKind { file, folder, other };

struct OpenFile {
  FileKind kind = FileKind::file;
  std::unique_ptr<RandomSource> random;  // of a regular file; its size is that at opening
  std::unique_ptr<ByteSource> in_order;  // of anything else that can be read (a pipe)
};
// "-" is standard input. A folder opens too, with nothing to read: see files_under.
[[nodiscard]] Result<OpenFile> open_file(const std::string& path);

// The regular files under a folder, as paths relative to it with '/', sorted; symbolic links are not
// followed. A subfolder that can't be listed stands among them itself, so that opening it says why. At
// most `most`, an error beyond that.
[[nodiscard]] Result<std::vector<std::string>> files_under(const std::string& folder, std::size_t most);

}  // namespace rdpdoctor::host
