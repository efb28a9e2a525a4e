#ifdef _WIN32
#include "host/live/system_error_windows.h"

#include <windows.h>

#include "fmt/core.h"
#include "host/host.h"
#include "host/live/live.h"

namespace rdpdoctor::host {

bool is_absence(std::uint32_t code) {
  return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND || code == ERROR_INVALID_NAME ||
         code == ERROR_KEY_DELETED;
}

std::string why_of(std::uint32_t code) {
  switch (code) {
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
      if (is_elevated()) return "access denied, with an administrator's full rights too";
      return fmt::format("{} (access denied)", needs_elevation);
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION: return "another program holds it open for itself alone";
    case ERROR_CALL_NOT_IMPLEMENTED:
    case ERROR_PROC_NOT_FOUND: return "this Windows has no such function";
    default: return fmt::format("Windows error {}", code);
  }
}

}  // namespace rdpdoctor::host
#endif
