#include "cli/new_file.h"

#include <fstream>

#include "base/text.h"

namespace rdpdoctor::cli {
namespace {

namespace fs = std::filesystem;

Error usage(std::string doing, std::string expected) {
  return {std::move(doing), ErrorKind::usage, 0, std::move(expected)};
}

Error not_written(const std::string& path, const std::string& why) {
  return {"write " + printable(path) + (why.empty() ? "" : ": " + why), ErrorKind::io, 0,
          "a folder that can be written"};
}

}  // namespace

fs::path path_of(const std::string& utf8) {
  return {std::u8string(utf8.begin(), utf8.end())};
}

Result<void> write_text(const std::string& path, std::string_view text) {
  std::ofstream out(path_of(path), std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return {};
  return std::unexpected(Error{"write " + printable(path), ErrorKind::io, 0, "a file that can be written"});
}

Result<void> check_new(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path_of(path), ignored)) return {};
  return std::unexpected(usage(printable(path) + " is there already", "a file that is not there yet"));
}

Result<void> write_new(const std::string& path, View bytes) {
  if (auto is_new = check_new(path); !is_new) return is_new;
  const fs::path part = path_of(path + ".part"), whole = path_of(path);
  std::error_code problem;
  if (fs::exists(part, problem))
    return std::unexpected(usage(printable(path) + ".part is there already", "remove it first"));
  {
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, problem);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) {
      fs::remove(part, problem);
      return std::unexpected(not_written(path, ""));
    }
  }
  if (!fs::exists(whole, problem)) fs::rename(part, whole, problem);
  if (!fs::exists(part)) return {};
  std::error_code ignored;
  fs::remove(part, ignored);
  return std::unexpected(not_written(path, problem ? problem.message() : "it is there now"));
}

}  // namespace rdpdoctor::cli
