// A Windows volume that is not running: its hives, logs and files. The volume may be mounted by ntfs-3g, or
// be a folder or archive that holds Windows/System32/config as collections of forensic tools do.
#pragma once

#include "host/file_tree.h"
#include "host/writer.h"

namespace rdpdoctor::host {

// An error, in words for a person, when the tree is no Windows volume: what was looked for, what was found
// instead (several volumes, a half-mounted or encrypted one, the Windows folder itself …).
[[nodiscard]] Result<std::unique_ptr<Host>> open_image(std::unique_ptr<FileTree> tree);
// The same volume, mounted at `folder`, to be changed. Whether it may be is told by Writer::ready.
[[nodiscard]] Result<std::unique_ptr<Writer>> open_image_writer(const std::string& folder);

}  // namespace rdpdoctor::host
