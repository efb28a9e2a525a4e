// Files of a test's own as a FileTree. Names are told apart by case, as on Linux.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>

#include "host/file_tree.h"
#include "support/hive_in_memory.h"

namespace rdpdoctor::test {

class TreeInMemory final : public host::FileTree {
 public:
  struct File {
    Bytes content;
    bool is_folder = false;
    bool is_link = false;
    std::string link;
    Reading<Bytes> security = Reading<Bytes>::unreadable("this mount shows no Windows access lists");
    std::string unreadable;  // why it can't be opened or listed
  };

  // Folders above are made too.
  File& file(const std::string& path, Bytes content = {}) {
    if (const std::size_t slash = path.rfind('/'); slash != std::string::npos) folder(path.substr(0, slash));
    File& at = files_[path];
    at.content = std::move(content);
    return at;
  }
  File& folder(const std::string& path) {
    File& at = file(path);
    at.is_folder = true;
    return at;
  }
  void link(const std::string& path, std::string to) {
    File& at = file(path);
    at.is_link = true;
    at.link = std::move(to);
  }
  void remove(const std::string& path) { files_.erase(path); }
  // The same as a folder of this machine; links and what is unreadable stay out.
  void write_to(const std::filesystem::path& top) const {
    for (const auto& [path, file] : files_) {
      if (file.is_folder) std::filesystem::create_directories(top / path);
      if (file.is_folder || file.is_link) continue;
      std::filesystem::create_directories((top / path).parent_path());
      std::ofstream(top / path, std::ios::binary)
          .write(reinterpret_cast<const char*>(file.content.data()),
                 static_cast<std::streamsize>(file.content.size()));
    }
  }

  [[nodiscard]] std::string name() const override { return "tree"; }
  [[nodiscard]] Reading<host::FileInfo> info(const std::string& path) override {
    using Info = host::FileInfo;
    if (path.empty()) return Reading<Info>::present({.is_folder = true});
    auto at = files_.find(path);
    if (at == files_.end()) return Reading<Info>::absent();
    const File& f = at->second;
    Info info{.is_folder = f.is_folder, .size = f.content.size(), .modified = std::nullopt};
    info.is_link = f.is_link;
    info.link = f.link;
    return Reading<Info>::present(std::move(info));
  }
  [[nodiscard]] Reading<std::vector<std::string>> names(const std::string& path) override {
    using Names = std::vector<std::string>;
    auto at = files_.find(path);
    if (!path.empty() && (at == files_.end() || !at->second.is_folder)) return Reading<Names>::absent();
    if (!path.empty() && !at->second.unreadable.empty())
      return Reading<Names>::unreadable(at->second.unreadable);
    ++listings;
    Names out;
    const std::string below = path.empty() ? "" : path + "/";
    for (const auto& [name, file] : files_)
      if (name.starts_with(below) && below.size() < name.size() && !name.substr(below.size()).contains('/'))
        out.push_back(name.substr(below.size()));
    return Reading<Names>::present(std::move(out));
  }
  [[nodiscard]] Reading<std::unique_ptr<RandomSource>> open(const std::string& path) override {
    using Source = std::unique_ptr<RandomSource>;
    auto at = files_.find(path);
    if (at == files_.end()) return Reading<Source>::absent();
    if (!at->second.unreadable.empty()) return Reading<Source>::unreadable(at->second.unreadable);
    if (at->second.is_folder) return Reading<Source>::unreadable("it is not a regular file");
    return Reading<Source>::present(std::make_unique<InMemory>(at->second.content));
  }
  [[nodiscard]] Reading<Bytes> security(const std::string& path) override {
    auto at = files_.find(path);
    return at == files_.end() ? Reading<Bytes>::absent() : at->second.security;
  }
  std::size_t listings = 0;

 private:
  std::map<std::string, File> files_;
};

}  // namespace rdpdoctor::test
