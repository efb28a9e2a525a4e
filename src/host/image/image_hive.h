// One registry hive of an image: opened when it is first asked for, recovered from its logs when it was not
// closed, and never trusted to be whole when it is damaged.
#pragma once

#include <optional>

#include "formats/hive.h"
#include "host/file_tree.h"

namespace rdpdoctor::host {

class ImageHive {
 public:
  // `path` of the hive in the tree: present, or why there is none. Its logs are looked for beside it.
  ImageHive(FileTree& tree, std::string name, const Reading<std::string>& path);

  [[nodiscard]] const HiveRead& state() const { return state_; }
  [[nodiscard]] const std::string& file() const { return path_; }  // in the tree; "" where there is none
  // Below the hive's root, "Control\Terminal Server"; "" is the root itself.
  [[nodiscard]] Reading<RegistryValue> value(std::string_view key, std::string_view name);
  [[nodiscard]] Reading<std::vector<RegistryValue>> values(std::string_view key);
  [[nodiscard]] Reading<std::vector<std::string>> subkeys(std::string_view key);
  [[nodiscard]] Reading<formats::SecurityDescriptor> security(std::string_view key);
  [[nodiscard]] Reading<Bytes> security_bytes(std::string_view key);  // as stored

 private:
  void open(FileTree& tree, const std::string& path);
  void recover(FileTree& tree, const std::string& path);
  [[nodiscard]] Reading<formats::HiveKey> find(std::string_view key);
  // What is not found in a damaged hive may be in the part that can't be read.
  template <class T>
  [[nodiscard]] Reading<T> not_found();
  template <class T>
  [[nodiscard]] Reading<T> damaged(const Error& error);
  [[nodiscard]] bool is_whole();

  HiveRead state_;
  std::string path_;
  std::unique_ptr<RandomSource> file_;
  std::vector<std::unique_ptr<RandomSource>> logs_;
  std::optional<formats::Replay> replay_;
  std::string log_problem_;  // why a log that is there was not used
  std::unique_ptr<formats::Hive> hive_;
  std::optional<bool> whole_;  // check_bins, once something was not found
};

}  // namespace rdpdoctor::host
