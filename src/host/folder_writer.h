// Writing below one folder (a mounted volume): the counterpart of file_tree.h. Nothing outside it is ever
// reached: no component of a path is followed when it is a link. Relative paths with '/' and the names' own
// case, as FileTree has them.
//
// What is made is on the disk when the function returns. A program killed inside of one leaves the old state
// or the new one behind, and of a new file that is not finished what its caller removes before it begins
// again.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/byte_source.h"
#include "base/reading.h"

namespace rdpdoctor::host {

// A file that a library opens by its path: the path leads to it and nowhere else as long as this lives.
class HeldFile {
 public:
  HeldFile() = default;
  HeldFile(const HeldFile&) = delete;
  HeldFile& operator=(const HeldFile&) = delete;
  virtual ~HeldFile() = default;
  [[nodiscard]] virtual std::string path() const = 0;
  [[nodiscard]] virtual Result<void> to_disk() = 0;
};

class FolderWriter {
 public:
  FolderWriter() = default;
  FolderWriter(const FolderWriter&) = delete;
  FolderWriter& operator=(const FolderWriter&) = delete;
  virtual ~FolderWriter() = default;

  // Whether this folder could be written, without trying: an error says why not ("mounted read-only").
  [[nodiscard]] virtual Result<void> writable(const std::string& folder) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> free_bytes() = 0;

  // A folder or file of its maker's alone (mode 0700, 0600); false: it was there. A link in its place is an
  // error.
  [[nodiscard]] virtual Result<bool> make_folder(const std::string& path) = 0;
  // Never over one that is there. `access`: the raw security descriptor that it has before anything is in it;
  // none where it is empty.
  [[nodiscard]] virtual Result<void> new_file(const std::string& path, RandomSource& content,
                                              View access) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<HeldFile>> hold(const std::string& path) = 0;  // to be read
  [[nodiscard]] virtual Result<std::unique_ptr<HeldFile>> hold_new(const std::string& path, View access) = 0;

  // One line in one write, to a file that is there. One that does not end in a whole line, by a crash, loses
  // what follows its last one; a line that the disk has no room for is taken back.
  [[nodiscard]] virtual Result<void> append_line(const std::string& path, std::string_view line) = 0;
  // The raw security descriptor of a file or folder, read back and compared. An error where the mount shows
  // none.
  [[nodiscard]] virtual Result<void> set_security(const std::string& path, View descriptor) = 0;
  // Owner, mode, access list and attributes of `from`, as far as the mount has them.
  [[nodiscard]] virtual Result<void> like(const std::string& path, const std::string& from) = 0;
  // Over what is there, in one step.
  [[nodiscard]] virtual Result<void> replace(const std::string& from, const std::string& to) = 0;
  // Never over what is there.
  [[nodiscard]] virtual Result<void> move(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Result<void> remove_file(const std::string& path) = 0;  // fine where there is none
};

// An error when the folder can't be opened, or is none.
[[nodiscard]] Result<std::unique_ptr<FolderWriter>> folder_writer(const std::string& folder);

}  // namespace rdpdoctor::host
