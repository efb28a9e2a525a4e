// A privilege that this program's token holds switched off, on for as long as this lives. Windows only.
#pragma once

#include "host/live/handle_windows.h"

namespace rdpdoctor::host {

class PrivilegeOn {
 public:
  // L"SeRestorePrivilege". Where the token has none, nothing happens.
  explicit PrivilegeOn(const wchar_t* name) {
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, token_.out())) return;
    TOKEN_PRIVILEGES wanted{};
    wanted.PrivilegeCount = 1;
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    if (!LookupPrivilegeValueW(nullptr, name, &wanted.Privileges[0].Luid)) return;
    DWORD size = sizeof before_;
    changed_ = AdjustTokenPrivileges(token_.get(), FALSE, &wanted, sizeof before_, &before_, &size) != 0 &&
               before_.PrivilegeCount == 1;
  }
  PrivilegeOn(const PrivilegeOn&) = delete;
  PrivilegeOn& operator=(const PrivilegeOn&) = delete;
  ~PrivilegeOn() {
    if (changed_) AdjustTokenPrivileges(token_.get(), FALSE, &before_, 0, nullptr, nullptr);
  }

 private:
  OwnHandle token_;
  TOKEN_PRIVILEGES before_{};
  bool changed_ = false;
};

}  // namespace rdpdoctor::host
