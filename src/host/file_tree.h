// Files below one folder (a mounted volume, an unpacked collection, an archive): what `image` and `bundle`
// are read from. Nothing outside it is ever reached: links are followed only when they stay inside, see the
// implementations. Relative paths with '/' and the names' own case.
#pragma once

#include "host/host.h"

namespace rdpdoctor::host {

// Where a link leads (FileInfo::link): "../x" from its own folder, "/Users" from the top of the tree,
// "C:\Users" as the machine itself calls it; one of these in front of what lies elsewhere, and of why it
// can't be followed.
inline constexpr std::string_view link_outside = "outside: ", link_blocked = "blocked: ";

class FileTree {
 public:
  FileTree() = default;
  FileTree(const FileTree&) = delete;
  FileTree& operator=(const FileTree&) = delete;
  virtual ~FileTree() = default;

  [[nodiscard]] virtual std::string name() const = 0;  // "/mnt/windows", "case.zip"
  // "" is the top. A symbolic link or reparse point is a FileInfo with is_link and where it leads.
  [[nodiscard]] virtual Reading<FileInfo> info(const std::string& path) = 0;
  [[nodiscard]] virtual Reading<std::vector<std::string>> names(const std::string& folder) = 0;
  [[nodiscard]] virtual Reading<std::unique_ptr<RandomSource>> open(const std::string& path) = 0;
  // The raw self-relative security descriptor, [MS-DTYP] 2.4.6.
  [[nodiscard]] virtual Reading<Bytes> security(const std::string& path) = 0;
};

// A folder of this machine (host/live/folder_tree_*.cpp). An error when it can't be opened or is none.
[[nodiscard]] Result<std::unique_ptr<FileTree>> folder_tree(const std::string& folder);
// A zip archive (members are decompressed when opened; at most `most_member` bytes each).
[[nodiscard]] Result<std::unique_ptr<FileTree>> archive_tree(const std::string& name,
                                                             std::unique_ptr<RandomSource> zip);

// What lies below one of its folders, as a tree of its own; where a link leads is told as the whole tree has
// it.
[[nodiscard]] std::unique_ptr<FileTree> tree_below(std::unique_ptr<FileTree> tree, const std::string& folder);

// Paths of all files below the top but links, as far as a collection may have them: 100,000 of them, 16
// folders deep.
[[nodiscard]] std::vector<std::string> all_files(FileTree& tree);

}  // namespace rdpdoctor::host
