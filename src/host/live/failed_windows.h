// An error of Windows as ours. Windows only.
#pragma once

#include <windows.h>

#include <string>

#include "base/error.h"
#include "host/live/system_error_windows.h"

namespace rdpdoctor::host {

[[nodiscard]] inline std::unexpected<Error> failed(std::string doing, std::uint32_t code) {
  if (code == ERROR_ACCESS_DENIED || code == ERROR_PRIVILEGE_NOT_HELD)
    return std::unexpected(Error{doing.append(": ").append(why_of(code)), ErrorKind::not_permitted, 0, ""});
  if (code == ERROR_SHARING_VIOLATION || code == ERROR_LOCK_VIOLATION)
    doing.append(": ").append(why_of(code));
  return std::unexpected(Error{std::move(doing), is_absence(code) ? ErrorKind::not_found : ErrorKind::io,
                               static_cast<int>(code), ""});
}

}  // namespace rdpdoctor::host
