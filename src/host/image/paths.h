// From the paths of a Windows machine to those of the tree that holds its volume: components compared as
// Windows does, links resolved inside the tree and nowhere else.
#pragma once

#include <map>

#include "host/file_tree.h"

namespace rdpdoctor::host {

class ImagePaths {
 public:
  explicit ImagePaths(FileTree& tree) : tree_(tree) {}

  // The drive letter of the volume, "C:" until it is known.
  void set_drive(std::string drive) { drive_ = std::move(drive); }

  // The tree's path of "C:\ProgramData\…"; absent when a component is not there, unreadable when a folder on
  // the way can't be read, a link leads out, or the path is on another drive.
  [[nodiscard]] Reading<std::string> find(std::string_view windows_path);
  // The same for a path relative to the top, with '/' or '\'.
  [[nodiscard]] Reading<std::string> find_below_top(std::string_view path);

 private:
  struct Walk;
  // A component of a path as the volume has it, and what it is.
  struct Found {
    std::string path;
    FileInfo info;
  };
  [[nodiscard]] Reading<Found> component(const std::string& folder, const std::string& name);
  [[nodiscard]] Reading<Found> other_case(const std::string& folder, const std::string& name);
  bool follow(Walk& walk, const std::string& link);
  const Reading<std::vector<std::string>>& names(const std::string& folder);

  FileTree& tree_;
  std::string drive_ = "C:";
  std::map<std::string, Reading<std::vector<std::string>>> listed_;  // by path; where an exact name was not
};

}  // namespace rdpdoctor::host
