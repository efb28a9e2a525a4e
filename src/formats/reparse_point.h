// Reparse points of NTFS, as FSCTL_GET_REPARSE_POINT gives them and ntfs-3g in system.ntfs_reparse_data:
// where a junction or symbolic link leads, or what else the file is. [MS-FSCC] 2.1.2
#pragma once

#include <string>

#include "base/error.h"

namespace rdpdoctor::formats {

struct ReparsePoint {
  std::uint32_t tag = 0;
  // Of a junction and a symbolic link: the substitute name without "\??\" in front, "C:\Users",
  // "Volume{…}\", "..\x"; "" for other tags.
  std::string target;
  bool relative = false;  // to the folder that the link is in, or with '\' in front to its volume's top
};

[[nodiscard]] Decoded<ReparsePoint> decode_reparse_point(View bytes);
// It stands for another file or folder, as junctions and links do; others hold their own content in another
// form (compressed, deduplicated, in the cloud), which needs a driver to be read.
[[nodiscard]] bool is_name_surrogate(std::uint32_t tag);
// "deduplicated (reparse tag 0x80000013)"
[[nodiscard]] std::string reparse_tag_words(std::uint32_t tag);

}  // namespace rdpdoctor::formats
