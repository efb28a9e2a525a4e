#ifdef _WIN32
#include <windows.h>

#include <utility>

#include "base/text.h"
#include "host/live/append_file.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t most_of_first_line = 65536;

Error failed(const char* doing, const std::string& path, ErrorKind kind) {
  return {std::string(doing) + " " + printable(path), kind, static_cast<int>(GetLastError()), ""};
}

std::string read_at(HANDLE handle, LONGLONG at, std::size_t most) {
  std::string text(most, '\0');
  LARGE_INTEGER place{};
  place.QuadPart = at;
  DWORD got = 0;
  if (!SetFilePointerEx(handle, place, nullptr, FILE_BEGIN) ||
      !ReadFile(handle, text.data(), static_cast<DWORD>(text.size()), &got, nullptr))
    got = 0;
  text.resize(got);
  return text;
}

}  // namespace

Result<AppendFile> AppendFile::open(const std::string& path) {
  AppendFile file;
  file.path_ = path;
  // FILE_APPEND_DATA without FILE_WRITE_DATA: every write goes to the end.
  HANDLE handle = CreateFileW(wide(path).c_str(), FILE_APPEND_DATA | FILE_READ_DATA | SYNCHRONIZE,
                              FILE_SHARE_READ, nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (handle == INVALID_HANDLE_VALUE) return std::unexpected(failed("open", path, ErrorKind::usage));
  file.handle_ = handle;
  LARGE_INTEGER size{};
  if (!GetFileSizeEx(handle, &size)) return std::unexpected(failed("read", path, ErrorKind::io));
  std::string text = read_at(handle, 0, most_of_first_line);
  file.first_line_ = text.substr(0, text.find('\n'));
  if (size.QuadPart > 0 && read_at(handle, size.QuadPart - 1, 1) != "\n") {
    if (auto mended = file.append(""); !mended) return std::unexpected(mended.error());
  }
  return file;
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)),
      first_line_(std::move(other.first_line_)),
      handle_(std::exchange(other.handle_, nullptr)) {}

AppendFile::~AppendFile() {
  if (handle_) CloseHandle(handle_);
}

Result<void> AppendFile::append(std::string_view line) {
  std::string text = std::string(line) + '\n';
  DWORD written = 0;
  if (!WriteFile(handle_, text.data(), static_cast<DWORD>(text.size()), &written, nullptr) ||
      written != text.size())
    return std::unexpected(failed("write to", path_, ErrorKind::io));
  if (!FlushFileBuffers(handle_)) return std::unexpected(failed("flush", path_, ErrorKind::io));
  return {};
}

}  // namespace rdpdoctor::host
#endif
