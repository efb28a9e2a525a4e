#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/text.h"
#include "host/live/files.h"
#include "host/live/posix_file.h"

namespace rdpdoctor::host {
namespace {

Error failed(const char* doing, const std::string& path) {
  auto kind = ErrorKind::io;
  if (errno == EACCES || errno == EPERM) kind = ErrorKind::not_permitted;
  if (errno == ENOENT || errno == ENOTDIR) kind = ErrorKind::not_found;
  return {std::string(doing) + " " + printable(path), kind, errno, ""};
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) = delete;
  ~Descriptor() {
    if (number_ > STDIN_FILENO) close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

class RegularFile : public RandomSource {
 public:
  RegularFile(Descriptor file, std::string path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    while (!out.empty()) {
      const ssize_t got = pread(file_.number(), out.data(), out.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return std::unexpected(failed("read", path_));
      if (got == 0) {
        return std::unexpected(
            Error{"read " + printable(path_) + ": it has become shorter, or was never so long", ErrorKind::io,
                  0, ""});
      }
      out = out.subspan(static_cast<std::size_t>(got));
      offset += static_cast<std::uint64_t>(got);
    }
    return {};
  }

 private:
  Descriptor file_;
  std::string path_;
  std::uint64_t size_;
};

class Stream : public ByteSource {
 public:
  Stream(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    ssize_t got = -1;
    do {
      got = ::read(file_.number(), out.data(), out.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) return std::unexpected(failed("read", path_));
    consumed_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
  std::uint64_t consumed() const override { return consumed_; }
  std::optional<std::uint64_t> total() const override { return std::nullopt; }

 private:
  Descriptor file_;
  std::string path_;
  std::uint64_t consumed_ = 0;
};

}  // namespace

std::unique_ptr<RandomSource> regular_file(int descriptor, std::string path, std::uint64_t size) {
  return std::make_unique<RegularFile>(Descriptor(descriptor), std::move(path), size);
}

Result<OpenFile> open_file(const std::string& path) {
  const bool standard_input = path == "-";
  Descriptor file(standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (file.number() < 0) return std::unexpected(failed("open", path));
  struct stat facts{};
  if (fstat(file.number(), &facts) != 0) return std::unexpected(failed("read", path));
  OpenFile out;
  if (S_ISDIR(facts.st_mode)) {
    out.kind = FileKind::folder;
  } else if (S_ISREG(facts.st_mode) && !standard_input) {
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    out.random = std::make_unique<RegularFile>(std::move(file), path, size);
  } else {
    out.kind = FileKind::other;
    out.in_order = std::make_unique<Stream>(std::move(file), standard_input ? "standard input" : path);
  }
  return out;
}

}  // namespace rdpdoctor::host
#endif
