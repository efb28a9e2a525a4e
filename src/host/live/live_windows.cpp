#ifdef _WIN32
#include "host/live/live.h"

namespace rdpdoctor::host {
namespace {

Error not_built() {
  return {"the running machine: not built yet", ErrorKind::usage, 0, ""};
}

}  // namespace

bool is_windows() {
  return true;
}

Result<std::unique_ptr<Host>> open_live_host() {
  return std::unexpected(not_built());
}

Result<std::unique_ptr<Writer>> open_live_writer() {
  return std::unexpected(not_built());
}

bool is_elevated() {
  return false;
}

Result<int> run_elevated(int /*argc*/, const char* const* /*argv*/) {
  return std::unexpected(not_built());
}

}  // namespace rdpdoctor::host
#endif
