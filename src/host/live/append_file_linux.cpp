#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "host/live/append_file.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t most_of_first_line = 65536;

Error failed(const char* doing, const std::string& path, ErrorKind kind) {
  std::string why = std::generic_category().message(errno);
  return {std::string("can't ") + doing + " " + printable(path) + ": " + why, kind, 0, ""};
}

std::string first_line_of(int descriptor) {
  std::string text(most_of_first_line, '\0');
  ssize_t got = pread(descriptor, text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text.substr(0, text.find('\n'));
}

bool ends_inside_a_line(int descriptor, off_t size) {
  char last = '\n';
  return size > 0 && pread(descriptor, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

Result<AppendFile> AppendFile::open(const std::string& path) {
  AppendFile file;
  file.path_ = path;
  file.descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0644);
  if (file.descriptor_ < 0) return std::unexpected(failed("open", path, ErrorKind::usage));
  struct stat facts{};
  if (fstat(file.descriptor_, &facts) != 0) return std::unexpected(failed("read", path, ErrorKind::io));
  if (!S_ISREG(facts.st_mode))
    return std::unexpected(Error{"write to " + printable(path), ErrorKind::usage, 0, "a plain file"});
  file.first_line_ = first_line_of(file.descriptor_);
  if (ends_inside_a_line(file.descriptor_, facts.st_size)) {
    if (auto mended = file.append(""); !mended) return std::unexpected(mended.error());
  }
  return file;
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)),
      first_line_(std::move(other.first_line_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AppendFile::~AppendFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<void> AppendFile::append(std::string_view line) {
  std::string text = std::string(line) + '\n';
  ssize_t written = write(descriptor_, text.data(), text.size());
  if (written < 0) return std::unexpected(failed("write to", path_, ErrorKind::io));
  if (static_cast<std::size_t>(written) != text.size())
    return std::unexpected(
        Error{"write to " + printable(path_) + ": the disk took only a part", ErrorKind::io, 0, ""});
  if (fsync(descriptor_) != 0) return std::unexpected(failed("flush", path_, ErrorKind::io));
  return {};
}

}  // namespace rdpdoctor::host
#endif
