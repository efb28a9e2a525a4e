// The files of a folder, by the language's own library: the same on every system.
#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "host/live/files.h"

namespace rdpdoctor::host {
namespace {

namespace fs = std::filesystem;

fs::path path_of(const std::string& utf8) {
  return {std::u8string(utf8.begin(), utf8.end())};
}

std::string text_of(const fs::path& path) {
  const std::u8string utf8 = path.generic_u8string();
  return {utf8.begin(), utf8.end()};
}

Error failed(const std::string& folder, const std::error_code& why) {
  auto kind = ErrorKind::io;
  if (why == std::errc::permission_denied) kind = ErrorKind::not_permitted;
  if (why == std::errc::no_such_file_or_directory) kind = ErrorKind::not_found;
  return {"list " + printable(folder), kind, why.value(), ""};
}

struct Walk {
  std::vector<fs::path> folders;  // still to list, relative
  std::vector<std::string> files;
};

// What kind an entry is may itself be unreadable: then it is taken for a file, and opening it says why.
void add(const fs::directory_entry& entry, const fs::path& relative, Walk& walk) {
  std::error_code why;
  const fs::file_type type = entry.symlink_status(why).type();
  if (type == fs::file_type::directory)
    walk.folders.push_back(relative);
  else if (type == fs::file_type::regular || why)
    walk.files.push_back(text_of(relative));
}

std::error_code list(const fs::path& root, const fs::path& relative, std::size_t most, Walk& walk) {
  std::error_code why;
  for (fs::directory_iterator at(root / relative, why), end; !why && at != end; at.increment(why)) {
    add(*at, relative / at->path().filename(), walk);
    if (walk.files.size() + walk.folders.size() > most) break;
  }
  return why;
}

}  // namespace

Result<std::vector<std::string>> files_under(const std::string& folder, std::size_t most) {
  const fs::path root = path_of(folder);
  Walk walk;
  if (auto why = list(root, {}, most, walk)) return std::unexpected(failed(folder, why));
  while (!walk.folders.empty() && walk.files.size() + walk.folders.size() <= most) {
    const fs::path next = std::move(walk.folders.back());
    walk.folders.pop_back();
    if (list(root, next, most, walk)) walk.files.push_back(text_of(next));
  }
  if (walk.files.size() + walk.folders.size() > most) {
    return std::unexpected(Error{"list " + printable(folder), ErrorKind::usage, 0,
                                 "at most " + std::to_string(most) + " files"});
  }
  std::ranges::sort(walk.files);
  return std::move(walk.files);
}

}  // namespace rdpdoctor::host
