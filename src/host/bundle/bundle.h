// What was collected of a machine: registry exports (.reg, `reg export`, `reg query`), event logs, listings
// of files and access lists, in a folder or a zip archive; of our own `collect`, of MSRD-Collect or gathered
// by hand. A collection that holds the hives themselves is an image (image/image.h), and opened as one.
#pragma once

#include "host/file_tree.h"

namespace rdpdoctor::host {

// An error, in words for a person, when it holds nothing of a Windows machine. `not_used`: lines about files
// that are not as the manifest of a collection says (manifest.h); their content is nobody's word.
[[nodiscard]] Result<std::unique_ptr<Host>> open_bundle(std::unique_ptr<FileTree> tree,
                                                        std::vector<std::string>* not_used = nullptr);

}  // namespace rdpdoctor::host
