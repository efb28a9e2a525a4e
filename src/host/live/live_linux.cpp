#ifndef _WIN32
#include "host/live/live.h"

namespace rdpdoctor::host {
namespace {

Error not_windows() {
  return {"this computer does not run Windows", ErrorKind::usage, 0,
          "--image DIR (a mounted Windows volume) or --bundle FILE (what was collected of a machine)"};
}

}  // namespace

bool is_windows() {
  return false;
}

Result<std::unique_ptr<Host>> open_live_host() {
  return std::unexpected(not_windows());
}

Result<std::unique_ptr<Writer>> open_live_writer() {
  return std::unexpected(not_windows());
}

bool is_elevated() {
  return false;
}

Result<int> run_elevated(int /*argc*/, const char* const* /*argv*/) {
  return std::unexpected(not_windows());
}

}  // namespace rdpdoctor::host
#endif
