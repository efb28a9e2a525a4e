#ifdef _WIN32
#include <windows.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "host/live/files.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t most_at_once = 16 * 1024 * 1024;

Error failed(const char* doing, const std::string& path) {
  const DWORD code = GetLastError();
  auto kind = ErrorKind::io;
  if (code == ERROR_ACCESS_DENIED || code == ERROR_SHARING_VIOLATION) kind = ErrorKind::not_permitted;
  if (code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND) kind = ErrorKind::not_found;
  return {std::string(doing) + " " + printable(path), kind, static_cast<int>(code), ""};
}

class Handle {
 public:
  enum class Owner { us, system };  // standard input is not ours to close
  Handle(HANDLE handle, Owner owner) : handle_(handle), owner_(owner) {}
  Handle(Handle&& other) noexcept
      : handle_(std::exchange(other.handle_, INVALID_HANDLE_VALUE)), owner_(other.owner_) {}
  Handle& operator=(Handle&& other) = delete;
  ~Handle() {
    if (owner_ == Owner::us && valid()) CloseHandle(handle_);
  }
  [[nodiscard]] bool valid() const { return handle_ != INVALID_HANDLE_VALUE && handle_ != nullptr; }
  [[nodiscard]] HANDLE get() const { return handle_; }

 private:
  HANDLE handle_;
  Owner owner_;
};

class RegularFile : public RandomSource {
 public:
  RegularFile(Handle file, std::string path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    while (!out.empty()) {
      OVERLAPPED place{};  // so that several threads may read at once
      place.Offset = static_cast<DWORD>(offset & 0xffffffffU);
      place.OffsetHigh = static_cast<DWORD>(offset >> 32);
      const auto wanted = static_cast<DWORD>(std::min(out.size(), most_at_once));
      DWORD got = 0;
      if (!ReadFile(file_.get(), out.data(), wanted, &got, &place) || got == 0)
        return std::unexpected(failed("read", path_));
      out = out.subspan(got);
      offset += got;
    }
    return {};
  }

 private:
  Handle file_;
  std::string path_;
  std::uint64_t size_;
};

class Stream : public ByteSource {
 public:
  Stream(Handle file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    DWORD got = 0;
    const auto wanted = static_cast<DWORD>(std::min(out.size(), most_at_once));
    if (!ReadFile(file_.get(), out.data(), wanted, &got, nullptr)) {
      // A pipe whose writer has ended.
      if (GetLastError() != ERROR_BROKEN_PIPE && GetLastError() != ERROR_HANDLE_EOF)
        return std::unexpected(failed("read", path_));
      got = 0;
    }
    consumed_ += got;
    return std::size_t{got};
  }
  std::uint64_t consumed() const override { return consumed_; }
  std::optional<std::uint64_t> total() const override { return std::nullopt; }

 private:
  Handle file_;
  std::string path_;
  std::uint64_t consumed_ = 0;
};

}  // namespace

Result<OpenFile> open_file(const std::string& path) {
  OpenFile out;
  if (path == "-") {
    Handle input(GetStdHandle(STD_INPUT_HANDLE), Handle::Owner::system);
    if (!input.valid()) return std::unexpected(failed("read", "standard input"));
    out.kind = FileKind::other;
    out.in_order = std::make_unique<Stream>(std::move(input), "standard input");
    return out;
  }
  const std::wstring name = wide(path);
  const DWORD attributes = GetFileAttributesW(name.c_str());
  if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
    out.kind = FileKind::folder;
    return out;
  }
  // Whoever writes a log may go on writing it.
  Handle file(CreateFileW(name.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                          nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr),
              Handle::Owner::us);
  if (!file.valid()) return std::unexpected(failed("open", path));
  if (GetFileType(file.get()) != FILE_TYPE_DISK) {
    out.kind = FileKind::other;
    out.in_order = std::make_unique<Stream>(std::move(file), path);
    return out;
  }
  LARGE_INTEGER size{};
  if (!GetFileSizeEx(file.get(), &size)) return std::unexpected(failed("read", path));
  out.random =
      std::make_unique<RegularFile>(std::move(file), path, static_cast<std::uint64_t>(size.QuadPart));
  return out;
}

}  // namespace rdpdoctor::host
#endif
