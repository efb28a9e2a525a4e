#include "host/file_tree.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t most_files = 100'000;
constexpr int deepest = 16;

void walk(FileTree& tree, const std::string& folder, int depth, std::vector<std::string>& out) {
  auto names = tree.names(folder);
  if (!names.get()) return;
  for (const std::string& name : names.value) {
    if (out.size() == most_files) return;
    std::string path = folder;
    if (!path.empty()) path += '/';
    path += name;
    auto info = tree.info(path);
    if (!info.get() || info.value.is_link) continue;
    if (!info.value.is_folder)
      out.push_back(std::move(path));
    else if (depth < deepest)
      walk(tree, path, depth + 1, out);
  }
}

class TreeBelow final : public FileTree {
 public:
  TreeBelow(std::unique_ptr<FileTree> tree, std::string folder)
      : tree_(std::move(tree)), folder_(std::move(folder)) {}

  [[nodiscard]] std::string name() const override { return tree_->name() + "/" + folder_; }
  Reading<FileInfo> info(const std::string& path) override { return tree_->info(whole(path)); }
  Reading<std::vector<std::string>> names(const std::string& path) override {
    return tree_->names(whole(path));
  }
  Reading<std::unique_ptr<RandomSource>> open(const std::string& path) override {
    return tree_->open(whole(path));
  }
  Reading<Bytes> security(const std::string& path) override { return tree_->security(whole(path)); }

 private:
  [[nodiscard]] std::string whole(const std::string& path) const {
    return path.empty() ? folder_ : folder_ + "/" + path;
  }

  std::unique_ptr<FileTree> tree_;
  std::string folder_;
};

}  // namespace

std::unique_ptr<FileTree> tree_below(std::unique_ptr<FileTree> tree, const std::string& folder) {
  return std::make_unique<TreeBelow>(std::move(tree), folder);
}

std::vector<std::string> all_files(FileTree& tree) {
  std::vector<std::string> out;
  walk(tree, "", 0, out);
  return out;
}

}  // namespace rdpdoctor::host
