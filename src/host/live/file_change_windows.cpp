#ifdef _WIN32
#include "host/live/file_change_windows.h"

#include <optional>

#include "fmt/core.h"
#include "formats/security_descriptor.h"
#include "host/live/descriptor_layout.h"
#include "host/live/failed_windows.h"
#include "host/live/file_info_windows.h"
#include "host/live/privilege_windows.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

// Without the limit of 260 characters.
std::wstring whole(const std::string& path) {
  return LR"(\\?\)" + wide(path);
}

// A link's own descriptor, never that of what it leads to.
OwnHandle open_for_access(const std::string& path, DWORD rights) {
  return OwnHandle(CreateFileW(whole(path).c_str(), rights,
                               FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                               FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
}

}  // namespace

Result<void> set_file_access(const std::string& path, View descriptor) {
  const std::string doing = "set the access list of " + printable(path);
  if (auto decoded = formats::decode_security_descriptor(descriptor); !decoded)
    return std::unexpected(
        Error{fmt::format("{}: {}", doing, to_text(decoded.error())), ErrorKind::malformed, 0, ""});
  const auto now = file_security_bytes(path);
  if (now.state == Presence::absent) return failed(doing, ERROR_FILE_NOT_FOUND);
  if (!now.get())
    return std::unexpected(Error{fmt::format("{}: {}", doing, now.why), ErrorKind::not_permitted, 0, ""});
  const DescriptorParts parts = different_parts(now.value, descriptor);
  const SECURITY_INFORMATION what = (parts.owner ? OWNER_SECURITY_INFORMATION : 0U) |
                                    (parts.group ? GROUP_SECURITY_INFORMATION : 0U) |
                                    (parts.access ? DACL_SECURITY_INFORMATION : 0U);
  if (what == 0) return {};
  const bool owner = parts.owner || parts.group;
  const DWORD rights = (owner ? WRITE_OWNER : 0U) | (parts.access ? WRITE_DAC : 0U);
  // Only who may restore files gives them to somebody else. The same privilege opens a file whose access list
  // has lost the administrators; nobody's ownership is taken for it.
  std::optional<PrivilegeOn> restoring;
  if (owner) restoring.emplace(L"SeRestorePrivilege");
  OwnHandle file = open_for_access(path, rights);
  DWORD code = file.valid() ? ERROR_SUCCESS : GetLastError();
  if (code == ERROR_ACCESS_DENIED && !restoring) {
    restoring.emplace(L"SeRestorePrivilege");
    OwnHandle again = open_for_access(path, rights);
    code = again.valid() ? ERROR_SUCCESS : GetLastError();
    std::swap(*file.out(), *again.out());
  }
  Bytes asked = asking_for_inherited_flag(descriptor);
  // Not SetNamedSecurityInfo, which would work the inherited entries out anew and hand them on to what is
  // below.
  if (code == ERROR_SUCCESS && !SetKernelObjectSecurity(file.get(), what, asked.data()))
    code = GetLastError();
  if (code != ERROR_SUCCESS) return failed(doing, code);
  return {};
}

Result<void> move_file(const std::string& from, const std::string& to) {
  // Without MOVEFILE_COPY_ALLOWED and MOVEFILE_REPLACE_EXISTING: in one step on the same volume, or not.
  if (MoveFileExW(whole(from).c_str(), whole(to).c_str(), MOVEFILE_WRITE_THROUGH)) return {};
  const DWORD code = GetLastError();
  const bool taken = code == ERROR_ALREADY_EXISTS || code == ERROR_FILE_EXISTS;
  return failed(
      fmt::format("move {} to {}{}", printable(from), printable(to), taken ? ": a file is there" : ""), code);
}

}  // namespace rdpdoctor::host
#endif
