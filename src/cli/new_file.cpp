#include "cli/new_file.h"

#include <cerrno>
#include <fstream>

#include "base/text.h"

namespace rdpdoctor::cli {
namespace {

namespace fs = std::filesystem;

Error usage(std::string doing, std::string expected) {
  return {std::move(doing), ErrorKind::usage, 0, std::move(expected)};
}

Error not_written(const std::string& path, const std::string& why) {
  return {"write " + printable(path) + ": " + why, ErrorKind::io, 0, "a place that can be written"};
}

// Over what is there. The streams tell no reason; the system's last one is theirs.
Result<void> write(const std::string& named, const fs::path& path, View bytes, bool makers_alone) {
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  std::error_code ignored;
  if (out && makers_alone) fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, ignored);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out) return {};
  return std::unexpected(
      not_written(named, errno == 0 ? "it failed" : std::generic_category().message(errno)));
}

}  // namespace

fs::path path_of(const std::string& utf8) {
  return {std::u8string(utf8.begin(), utf8.end())};
}

Result<void> write_text(const std::string& path, std::string_view text) {
  return write(path, path_of(path), {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, false);
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
  if (auto written = write(path, part, bytes, true); !written) {
    fs::remove(part, problem);
    return written;
  }
  if (!fs::exists(whole, problem)) fs::rename(part, whole, problem);
  std::error_code ignored;
  if (!fs::exists(part, ignored)) return {};
  fs::remove(part, ignored);
  return std::unexpected(not_written(path, problem ? problem.message() : "it is there now"));
}

}  // namespace rdpdoctor::cli
