#ifdef _WIN32
#include "host/live/file_info_windows.h"

#include <algorithm>

#include "base/ascii.h"
#include "fmt/core.h"
#include "formats/reparse_point.h"
#include "host/file_tree.h"
#include "host/live/handle_windows.h"
#include "host/live/reparse_link.h"
#include "host/live/system_error_windows.h"
#include "host/live/wide_windows.h"

#include <winioctl.h>

namespace rdpdoctor::host {
namespace {

constexpr std::size_t most_names = 500'000;
constexpr std::size_t most_at_once = 16U << 20U;
constexpr DWORD open_no_recall = 0x00100000;  // FILE_FLAG_OPEN_NO_RECALL: nothing is fetched from a cloud

template <class T>
Reading<T> unreadable(std::string why) {
  return Reading<T>::unreadable(std::move(why));
}

// As \\?\C:\…, which has no limit of 260 characters; "." and ".." resolved as for every program.
Reading<std::wstring> full_path(const std::string& path) {
  using Path = std::wstring;
  if (path.contains('\0')) return unreadable<Path>("its name holds a NUL character");
  if (path.starts_with("\\\\")) return unreadable<Path>("it is on the network");
  const bool full = 2 <= path.size() && is_letter(path[0]) && path[1] == ':' &&
                    (path.size() == 2 || path[2] == '\\' || path[2] == '/');
  if (!full) return unreadable<Path>("'" + printable(path, 80) + "' is no full path");
  const std::wstring asked = wide(path.size() == 2 ? path + '\\' : path);
  // A drive of the network is asked for nothing: that may take minutes.
  if (GetDriveTypeW(asked.substr(0, 3).c_str()) == DRIVE_REMOTE)
    return unreadable<Path>("it is on the network");
  Path out(32768, L'\0');
  const DWORD size = GetFullPathNameW(asked.c_str(), static_cast<DWORD>(out.size()), out.data(), nullptr);
  if (size == 0 || out.size() <= size) return unreadable<Path>(why_of(GetLastError()));
  out.resize(size);
  if (out.starts_with(LR"(\\)")) return unreadable<Path>("it is the name of a device");
  return Reading<Path>::present(LR"(\\?\)" + out);
}

OwnHandle open_path(const std::wstring& path, DWORD access, DWORD flags) {
  return OwnHandle(CreateFileW(path.c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                               nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | flags, nullptr));
}

Reading<FileInfo> info_of(const OwnHandle& file) {
  BY_HANDLE_FILE_INFORMATION facts{};
  if (!GetFileInformationByHandle(file.get(), &facts)) return unreadable<FileInfo>(why_of(GetLastError()));
  const FILETIME& at = facts.ftLastWriteTime;
  FileInfo out{.is_folder = (facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0,
               .size = std::uint64_t{facts.nFileSizeHigh} << 32U | facts.nFileSizeLow,
               .modified = from_filetime(std::uint64_t{at.dwHighDateTime} << 32U | at.dwLowDateTime),
               .is_link = (facts.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0};
  if (out.is_folder) out.size = 0;
  return Reading<FileInfo>::present(std::move(out));
}

// Only what stands for another file or folder is a link; what holds its own content in another form
// (deduplicated, in a cloud) Windows reads as it does other files.
void tell_link(const OwnHandle& file, FileInfo& out) {
  Bytes bytes(MAXIMUM_REPARSE_DATA_BUFFER_SIZE);
  DWORD got = 0;
  const bool told = DeviceIoControl(file.get(), FSCTL_GET_REPARSE_POINT, nullptr, 0, bytes.data(),
                                    static_cast<DWORD>(bytes.size()), &got, nullptr) != 0;
  const View point = View(bytes).first(told ? got : 0);
  auto decoded = formats::decode_reparse_point(point);
  out.is_link = !decoded || formats::is_name_surrogate(decoded->tag);
  if (out.is_link) out.link = told ? reparse_link(point) : "";
}

bool leads_to_the_network(std::string_view link) {
  if (link.starts_with(link_outside)) link.remove_prefix(link_outside.size());
  return link.starts_with("\\\\") || equal_ignoring_case(link.substr(0, 4), "UNC\\");
}

// What the path stands for, links followed; a link itself where it leads nowhere, or over the network.
Reading<FileInfo> info_at(const std::wstring& path) {
  const OwnHandle itself = open_path(path, FILE_READ_ATTRIBUTES, FILE_FLAG_OPEN_REPARSE_POINT);
  if (!itself.valid()) return reading_of_error<FileInfo>(GetLastError());
  auto info = info_of(itself);
  if (!info.get() || !info.value.is_link) return info;
  tell_link(itself, info.value);
  if (!info.value.is_link || leads_to_the_network(info.value.link)) return info;
  const OwnHandle target = open_path(path, FILE_READ_ATTRIBUTES, 0);
  if (!target.valid()) {
    const DWORD code = GetLastError();
    return is_absence(code) ? std::move(info) : unreadable<FileInfo>(why_of(code));
  }
  auto of_target = info_of(target);
  of_target.value.is_link = false;
  return of_target;
}

// A file or folder that is there, with `access`; why not otherwise.
struct Opened {
  OwnHandle handle;
  FileInfo info;
  Presence state = Presence::present;
  std::string why;
};

Opened open_existing(const std::string& path, DWORD access) {
  auto full = full_path(path);
  if (!full.get()) return {OwnHandle(), {}, full.state, full.why};
  auto info = info_at(full.value);
  if (!info.get()) return {OwnHandle(), {}, info.state, info.why};
  if (info.value.is_link)
    return {OwnHandle(), {}, Presence::unreadable, "it is a link to " + printable(info.value.link)};
  OwnHandle handle = open_path(full.value, access, open_no_recall);
  if (handle.valid()) return {std::move(handle), std::move(info.value), Presence::present, ""};
  const DWORD code = GetLastError();
  if (is_absence(code)) return {OwnHandle(), {}, Presence::absent, ""};
  return {OwnHandle(), {}, Presence::unreadable, why_of(code)};
}

class DiskFile final : public RandomSource {
 public:
  DiskFile(OwnHandle file, std::string path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    while (!out.empty()) {
      OVERLAPPED place{};  // so that several threads may read at once
      place.Offset = static_cast<DWORD>(offset & 0xffffffffU);
      place.OffsetHigh = static_cast<DWORD>(offset >> 32U);
      const auto wanted = static_cast<DWORD>(std::min(out.size(), most_at_once));
      DWORD got = 0;
      if (!ReadFile(file_.get(), out.data(), wanted, &got, &place) || got == 0)
        return std::unexpected(Error{"read " + printable(path_), ErrorKind::io,
                                     static_cast<int>(GetLastError()), "the size it had when it was opened"});
      out = out.subspan(got);
      offset += got;
    }
    return {};
  }

 private:
  OwnHandle file_;
  std::string path_;
  std::uint64_t size_;
};

// One buffer of entries, as GetFileInformationByHandleEx fills it.
void take_names(const std::vector<std::uint64_t>& buffer, std::vector<std::string>& out) {
  const auto* at = reinterpret_cast<const unsigned char*>(buffer.data());
  while (true) {
    const auto* entry = reinterpret_cast<const FILE_ID_BOTH_DIR_INFO*>(at);
    std::string name =
        narrow(std::wstring_view(static_cast<const wchar_t*>(entry->FileName), entry->FileNameLength / 2));
    if (name != "." && name != "..") out.push_back(std::move(name));
    if (entry->NextEntryOffset == 0) return;
    at += entry->NextEntryOffset;
  }
}

}  // namespace

Reading<FileInfo> file_info(const std::string& path) {
  auto full = full_path(path);
  if (!full.get()) return {full.state, {}, full.why};
  return info_at(full.value);
}

Reading<std::vector<std::string>> folder_names(const std::string& path) {
  using Names = std::vector<std::string>;
  const Opened folder = open_existing(path, FILE_LIST_DIRECTORY);
  if (folder.state != Presence::present) return {folder.state, {}, folder.why};
  if (!folder.info.is_folder) return unreadable<Names>("it is not a folder");
  std::vector<std::uint64_t> buffer(8192);
  Names out;
  while (out.size() < most_names) {
    const BOOL got = GetFileInformationByHandleEx(folder.handle.get(), FileIdBothDirectoryInfo, buffer.data(),
                                                  static_cast<DWORD>(buffer.size() * sizeof buffer[0]));
    if (got) {
      take_names(buffer, out);
      continue;
    }
    const DWORD code = GetLastError();
    if (code != ERROR_NO_MORE_FILES && code != ERROR_FILE_NOT_FOUND) return unreadable<Names>(why_of(code));
    std::ranges::sort(out);
    return Reading<Names>::present(std::move(out));
  }
  return unreadable<Names>("more names than are looked at");
}

Reading<Bytes> file_security_bytes(const std::string& path) {
  const Opened file = open_existing(path, READ_CONTROL);
  if (file.state != Presence::present) return {file.state, {}, file.why};
  constexpr SECURITY_INFORMATION parts =
      OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
  // 64 KiB is the most that an access list can have, and the rest is two SIDs.
  Bytes out(66'000);
  auto size = static_cast<DWORD>(out.size());
  if (!GetKernelObjectSecurity(file.handle.get(), parts, out.data(), size, &size))
    return unreadable<Bytes>(why_of(GetLastError()));
  out.resize(std::min<std::size_t>(GetSecurityDescriptorLength(out.data()), out.size()));
  return Reading<Bytes>::present(std::move(out));
}

Reading<std::unique_ptr<RandomSource>> open_for_reading(const std::string& path) {
  using File = std::unique_ptr<RandomSource>;
  Opened file = open_existing(path, GENERIC_READ);
  if (file.state != Presence::present) return {file.state, {}, std::move(file.why)};
  if (file.info.is_folder || GetFileType(file.handle.get()) != FILE_TYPE_DISK)
    return unreadable<File>("it is not a regular file");
  auto info = info_of(file.handle);
  if (!info.get()) return {info.state, {}, std::move(info.why)};
  return Reading<File>::present(std::make_unique<DiskFile>(std::move(file.handle), path, info.value.size));
}

}  // namespace rdpdoctor::host
#endif
