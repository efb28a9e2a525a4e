// The folders of the runs on the volume, %ProgramData%\rdpdoctor\runs\RUN: the journal, what is set aside,
// and the hives as they were. Only SYSTEM and administrators may read and write them.
#pragma once

#include "host/file_tree.h"
#include "host/folder_writer.h"

namespace rdpdoctor::host {

class RunFolders {
 public:
  // `data`: ProgramData in the tree, which the first run makes where it is not there, or why there is none.
  RunFolders(FileTree& tree, FolderWriter& writer, Reading<std::string> data)
      : tree_(tree), writer_(writer), data_(std::move(data)) {}

  [[nodiscard]] const Reading<std::string>& data() const { return data_; }
  [[nodiscard]] Result<std::vector<std::string>> runs();
  [[nodiscard]] Result<void> begin(const std::string& run);
  // The whole lines of it; empty where none was written.
  [[nodiscard]] Result<Bytes> journal(const std::string& run);
  [[nodiscard]] Result<void> append(const std::string& run, std::string_view line);
  [[nodiscard]] std::string place(const std::string& run) const;  // the run's folder in the tree
  // A folder in that of a run which began, made where it is missing; its place.
  [[nodiscard]] Result<std::string> folder_in(const std::string& run, std::string_view name);
  // The descriptor for a new file: SYSTEM's and administrators' alone. Empty where the mount has no access
  // lists and the mode has to do.
  [[nodiscard]] Result<Bytes> file_access();
  // A line at the end of a file there.
  [[nodiscard]] Result<void> add_line(const std::string& path, std::string_view line);

 private:
  [[nodiscard]] std::string top() const;
  [[nodiscard]] Result<void> known(const std::string& run);
  [[nodiscard]] Result<void> make_private(const std::string& path, std::string_view sddl);
  [[nodiscard]] Result<bool> private_folder(const std::string& path);
  [[nodiscard]] Result<void> only_name(const std::string& folder, const std::string& name);
  [[nodiscard]] Result<void> trusted(const std::string& path);

  FileTree& tree_;
  FolderWriter& writer_;
  Reading<std::string> data_;
};

}  // namespace rdpdoctor::host
