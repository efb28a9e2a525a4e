// One hive's edits on a volume: made in a copy, compared with the original, and swapped in for it in one
// step. What it was before the run's first edit is kept in the run's folder, and what the run wrote is
// remembered by its hash: as long as nobody else changed the hive, taking all edits back brings the kept file
// back itself, byte for byte.
#pragma once

#include "host/image/image_hive.h"
#include "host/image/run_folders.h"
#include "host/writer.h"

namespace rdpdoctor::host {

struct HiveToChange {
  std::string name;  // "SYSTEM", "NTUSER.DAT of C:\Users\anna"
  std::string path;  // in the tree
};

// Why it may not be written, in words for a person.
[[nodiscard]] Result<void> writable_hive(const HiveRead& state);

// Keys of `edits` are below the hive's root. Whole or not at all; nothing is written where they are made
// already.
[[nodiscard]] Result<void> change_hive(FileTree& tree, FolderWriter& writer, RunFolders& runs,
                                       const std::string& run, const HiveToChange& hive,
                                       const std::vector<RegistryEdit>& edits);

}  // namespace rdpdoctor::host
