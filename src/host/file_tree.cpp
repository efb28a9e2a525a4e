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

}  // namespace

std::vector<std::string> all_files(FileTree& tree) {
  std::vector<std::string> out;
  walk(tree, "", 0, out);
  return out;
}

}  // namespace rdpdoctor::host
