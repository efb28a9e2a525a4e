#ifdef _WIN32
#include "host/live/handle_windows.h"
#include "host/live/live.h"
#include "host/live/live_host.h"
#include "host/live/security_windows.h"

namespace rdpdoctor::host {

bool is_windows() {
  return true;
}

Result<std::unique_ptr<Host>> open_live_host() {
  use_backup_privilege();
  return std::make_unique<LiveHost>();
}

bool is_elevated() {
  OwnHandle token;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.out())) return false;
  TOKEN_ELEVATION elevation{};
  DWORD size = sizeof elevation;
  if (!GetTokenInformation(token.get(), TokenElevation, &elevation, size, &size)) return false;
  return elevation.TokenIsElevated != 0;
}

}  // namespace rdpdoctor::host
#endif
