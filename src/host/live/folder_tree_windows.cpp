// The files below a folder. Reparse points are told and never walked through.
#ifdef _WIN32
#include <windows.h>
#include <winioctl.h>

#include <algorithm>

#include "base/text.h"
#include "formats/reparse_point.h"
#include "host/file_tree.h"
#include "host/live/files.h"
#include "host/live/reparse_link.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t most_names = 500'000;

bool is_absence(DWORD code) {
  return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND || code == ERROR_INVALID_NAME;
}
std::string words_of(DWORD code) {
  return code == ERROR_ACCESS_DENIED ? "access denied" : "Windows error " + std::to_string(code);
}
template <class T>
Reading<T> by_error(DWORD code) {
  return is_absence(code) ? Reading<T>::absent() : Reading<T>::unreadable(words_of(code));
}

std::string narrow(const wchar_t* text) {
  Bytes units;
  for (; *text != 0; ++text) {
    units.push_back(static_cast<std::uint8_t>(*text & 0xFF));
    units.push_back(static_cast<std::uint8_t>(*text >> 8));
  }
  return utf16le_to_utf8(units);
}

Instant instant_of(const FILETIME& at) {
  return from_filetime(std::uint64_t{at.dwHighDateTime} << 32U | at.dwLowDateTime);
}

// Only what stands for another file or folder is a link; what holds its own content in another form
// (deduplicated, in a cloud) Windows reads as it does other files.
void tell_link(const std::string& path, FileInfo& out) {
  HANDLE file = CreateFileW(wide(path).c_str(), FILE_READ_ATTRIBUTES,
                            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                            FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, nullptr);
  Bytes bytes(MAXIMUM_REPARSE_DATA_BUFFER_SIZE);
  DWORD got = 0;
  bool told =
      file != INVALID_HANDLE_VALUE && DeviceIoControl(file, FSCTL_GET_REPARSE_POINT, nullptr, 0, bytes.data(),
                                                      static_cast<DWORD>(bytes.size()), &got, nullptr) != 0;
  if (file != INVALID_HANDLE_VALUE) CloseHandle(file);
  auto point = formats::decode_reparse_point(View(bytes).first(told ? got : 0));
  out.is_link = !point || formats::is_name_surrogate(point->tag);
  if (out.is_link) out.link = told ? reparse_link(View(bytes).first(got)) : "";
}

class FolderTree final : public FileTree {
 public:
  explicit FolderTree(std::string top) : top_(std::move(top)) {}
  [[nodiscard]] std::string name() const override { return top_; }

  Reading<FileInfo> info(const std::string& path) override {
    WIN32_FILE_ATTRIBUTE_DATA facts{};
    if (!GetFileAttributesExW(wide(at(path)).c_str(), GetFileExInfoStandard, &facts))
      return by_error<FileInfo>(GetLastError());
    FileInfo out{.is_folder = (facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0,
                 .size = std::uint64_t{facts.nFileSizeHigh} << 32U | facts.nFileSizeLow,
                 .modified = instant_of(facts.ftLastWriteTime),
                 .is_link = false};
    bool may_be_link = !path.empty() && (facts.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    if (may_be_link) tell_link(at(path), out);
    return Reading<FileInfo>::present(std::move(out));
  }

  Reading<std::vector<std::string>> names(const std::string& path) override {
    using Names = std::vector<std::string>;
    WIN32_FIND_DATAW entry{};
    HANDLE list = FindFirstFileW(wide(at(path) + "\\*").c_str(), &entry);
    if (list == INVALID_HANDLE_VALUE) return by_error<Names>(GetLastError());
    Names out;
    do {
      std::string name = narrow(static_cast<const wchar_t*>(entry.cFileName));
      if (name != "." && name != "..") out.push_back(std::move(name));
    } while (out.size() < most_names && FindNextFileW(list, &entry));
    FindClose(list);
    if (out.size() == most_names) return Reading<Names>::unreadable("more names than are looked at");
    std::ranges::sort(out);
    return Reading<Names>::present(std::move(out));
  }

  Reading<std::unique_ptr<RandomSource>> open(const std::string& path) override {
    using File = std::unique_ptr<RandomSource>;
    auto file = open_file(at(path));
    if (!file) return by_error<File>(static_cast<DWORD>(file.error().os_code));
    if (!file->random) return Reading<File>::unreadable("it is not a regular file");
    return Reading<File>::present(std::move(file->random));
  }

  Reading<Bytes> security(const std::string& path) override {
    constexpr SECURITY_INFORMATION parts =
        OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    Bytes bytes(65536);
    DWORD needed = 0;
    if (!GetFileSecurityW(wide(at(path)).c_str(), parts, bytes.data(), static_cast<DWORD>(bytes.size()),
                          &needed))
      return by_error<Bytes>(GetLastError());
    bytes.resize(std::min<std::size_t>(needed, bytes.size()));
    return Reading<Bytes>::present(std::move(bytes));
  }

 private:
  [[nodiscard]] std::string at(const std::string& path) const {
    std::string out = top_;
    if (!path.empty()) out += "\\" + path;
    std::ranges::replace(out, '/', '\\');
    return out;
  }

  std::string top_;
};

}  // namespace

Result<std::unique_ptr<FileTree>> folder_tree(const std::string& folder) {
  const DWORD attributes = GetFileAttributesW(wide(folder).c_str());
  bool is_folder = attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
  if (!is_folder)
    return std::unexpected(Error{"open " + printable(folder), ErrorKind::not_found,
                                 static_cast<int>(GetLastError()), "a folder"});
  std::string top = folder;
  while (1 < top.size() && (top.ends_with('\\') || top.ends_with('/'))) top.pop_back();
  return std::make_unique<FolderTree>(std::move(top));
}

}  // namespace rdpdoctor::host
#endif
