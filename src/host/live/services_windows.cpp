// What the service manager tells of the services, as `sc queryex` does.
#ifdef _WIN32
#include <windows.h>

#include "fmt/core.h"
#include "host/live/live_host.h"
#include "host/live/service_handle_windows.h"
#include "host/live/system_error_windows.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

using List = std::vector<RunningService>;

RunningService service_of(const ENUM_SERVICE_STATUS_PROCESSW& entry) {
  const SERVICE_STATUS_PROCESS& status = entry.ServiceStatusProcess;
  return {.name = narrow(entry.lpServiceName),
          .state = service_state_words(status.dwCurrentState),
          .process_id = status.dwProcessId,
          .exit_code = status.dwWin32ExitCode};
}

}  // namespace

std::string service_state_words(DWORD state) {
  switch (state) {
    case SERVICE_STOPPED: return "stopped";
    case SERVICE_START_PENDING: return "start pending";
    case SERVICE_STOP_PENDING: return "stop pending";
    case SERVICE_RUNNING: return "running";
    case SERVICE_CONTINUE_PENDING: return "continue pending";
    case SERVICE_PAUSE_PENDING: return "pause pending";
    case SERVICE_PAUSED: return "paused";
    default: return fmt::format("state {}", state);
  }
}

Reading<List> LiveHost::running_services() {
  const ServiceHandle manager(
      OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE));
  if (!manager.get()) return Reading<List>::unreadable(why_of(GetLastError()));
  std::vector<std::uint64_t> buffer(32768);  // 256 KiB, the most that one call gives
  List out;
  DWORD resume = 0;
  BOOL all = FALSE;
  while (!all) {
    DWORD needed = 0;
    DWORD count = 0;
    auto* bytes = reinterpret_cast<BYTE*>(buffer.data());
    all = EnumServicesStatusExW(
        manager.get(), SC_ENUM_PROCESS_INFO, SERVICE_WIN32 | SERVICE_DRIVER, SERVICE_STATE_ALL, bytes,
        static_cast<DWORD>(buffer.size() * sizeof buffer[0]), &needed, &count, &resume, nullptr);
    const DWORD code = GetLastError();
    if (!all && (code != ERROR_MORE_DATA || count == 0)) return Reading<List>::unreadable(why_of(code));
    const auto* entries = reinterpret_cast<const ENUM_SERVICE_STATUS_PROCESSW*>(buffer.data());
    for (DWORD i = 0; i < count; ++i) out.push_back(service_of(entries[i]));
  }
  return Reading<List>::present(std::move(out));
}

}  // namespace rdpdoctor::host
#endif
