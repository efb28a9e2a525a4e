// What was collected of a machine: registry exports (.reg, `reg export`, `reg query`), event logs, listings
// of files and access lists, in a folder or a zip archive; of our own `collect`, of MSRD-Collect or gathered
// by hand. A collection that holds the hives themselves is an image (image/image.h), and opened as one.
#pragma once

#include "host/file_tree.h"

namespace rdpdoctor::host {

// An error, in words for a person, when it holds nothing of a Windows machine.
[[nodiscard]] Result<std::unique_ptr<Host>> open_bundle(std::unique_ptr<FileTree> tree);

}  // namespace rdpdoctor::host
