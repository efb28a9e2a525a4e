#ifdef _WIN32
#include "host/live/service_control_windows.h"

#include <windows.h>

#include <algorithm>
#include <ranges>
#include <utility>

#include "base/text.h"
#include "fmt/core.h"
#include "host/live/failed_windows.h"
#include "host/live/service_handle_windows.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

constexpr ULONGLONG longest_wait_ms = 60'000;

// What the service manager says no with, in an administrator's words.
std::string_view refusal_words(DWORD code) {
  switch (code) {
    case ERROR_SERVICE_DOES_NOT_EXIST: return "there is no such service";
    case ERROR_SERVICE_DISABLED: return "it is disabled, or has no device";
    case ERROR_SERVICE_DEPENDENCY_FAIL: return "a service that it depends on does not start";
    case ERROR_SERVICE_DEPENDENCY_DELETED: return "a service that it depends on is not there";
    case ERROR_SERVICE_LOGON_FAILED: return "its account can't log on";
    case ERROR_SERVICE_MARKED_FOR_DELETE: return "it is about to be deleted";
    case ERROR_SERVICE_REQUEST_TIMEOUT: return "it did not answer in time";
    case ERROR_SERVICE_CANNOT_ACCEPT_CTRL: return "it accepts no commands now";
    case ERROR_INVALID_SERVICE_CONTROL: return "it can't be stopped";
    case ERROR_DEPENDENT_SERVICES_RUNNING: return "services that depend on it run";
    case ERROR_SERVICE_DATABASE_LOCKED: return "the service manager is busy";
    default: return "";
  }
}

std::unexpected<Error> refused(std::string doing, DWORD code) {
  const std::string_view words = refusal_words(code);
  if (!words.empty()) doing.append(": ").append(words);
  if (code != ERROR_SERVICE_DOES_NOT_EXIST) return failed(std::move(doing), code);
  return std::unexpected(Error{std::move(doing), ErrorKind::not_found, static_cast<int>(code), ""});
}

Result<ServiceHandle> open_service(const std::string& name, DWORD rights, const std::string& doing) {
  const ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  if (!manager.get()) return refused(doing, GetLastError());
  ServiceHandle service(OpenServiceW(manager.get(), wide(name).c_str(), rights));
  if (!service.get()) return refused(doing, GetLastError());
  return service;
}

// One service while it is started or stopped.
class Controlled {
 public:
  Controlled(std::string name, ServiceHandle handle) : name_(std::move(name)), handle_(std::move(handle)) {}

  static Result<Controlled> open(const std::string& name, std::string_view verb) {
    const std::string doing = fmt::format("{} the service {}", verb, printable(name));
    const DWORD rights = SERVICE_START | SERVICE_STOP | SERVICE_QUERY_STATUS | SERVICE_ENUMERATE_DEPENDENTS;
    auto handle = open_service(name, rights, doing);
    if (!handle) return std::unexpected(handle.error());
    return Controlled(name, std::move(*handle));
  }

  [[nodiscard]] const std::string& name() const { return name_; }

  Result<void> start() {
    auto state = settled("start");
    if (!state) return std::unexpected(state.error());
    if (*state == SERVICE_RUNNING) return {};
    if (!StartServiceW(handle_.get(), 0, nullptr) && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING)
      return refused(doing("start"), GetLastError());
    return wait_for(SERVICE_RUNNING, "start");
  }

  Result<void> stop() {
    auto state = settled("stop");
    if (!state) return std::unexpected(state.error());
    if (*state == SERVICE_STOPPED) return {};
    SERVICE_STATUS status{};
    if (!ControlService(handle_.get(), SERVICE_CONTROL_STOP, &status) &&
        GetLastError() != ERROR_SERVICE_NOT_ACTIVE)
      return refused(doing("stop"), GetLastError());
    return wait_for(SERVICE_STOPPED, "stop");
  }

  // The running ones that depend on it, also by others, in the order to stop them. Where that can't be told,
  // none: the service manager then refuses the stop.
  [[nodiscard]] std::vector<std::string> running_dependents() const {
    DWORD needed = 0, count = 0;
    EnumDependentServicesW(handle_.get(), SERVICE_ACTIVE, nullptr, 0, &needed, &count);
    std::vector<ENUM_SERVICE_STATUSW> list(needed / sizeof(ENUM_SERVICE_STATUSW) + 1);
    const auto size = static_cast<DWORD>(list.size() * sizeof(ENUM_SERVICE_STATUSW));
    if (!EnumDependentServicesW(handle_.get(), SERVICE_ACTIVE, list.data(), size, &needed, &count)) return {};
    std::vector<std::string> out;
    for (DWORD i = 0; i < count; ++i) out.push_back(narrow(list[i].lpServiceName));
    return out;
  }

 private:
  [[nodiscard]] std::string doing(std::string_view verb) const {
    return fmt::format("{} the service {}", verb, printable(name_));
  }

  Result<SERVICE_STATUS_PROCESS> status(std::string_view verb) const {
    SERVICE_STATUS_PROCESS out{};
    DWORD needed = 0;
    if (!QueryServiceStatusEx(handle_.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<LPBYTE>(&out),
                              sizeof out, &needed))
      return refused(doing(verb), GetLastError());
    return out;
  }

  static bool is_pending(DWORD state) {
    return state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING ||
           state == SERVICE_CONTINUE_PENDING || state == SERVICE_PAUSE_PENDING;
  }

  // Once what somebody else asked of it is done.
  Result<DWORD> settled(std::string_view verb) const {
    const auto last = observe(verb, [](DWORD state) { return !is_pending(state); });
    if (!last) return std::unexpected(last.error());
    return last->dwCurrentState;
  }

  Result<void> wait_for(DWORD wanted, std::string_view verb) const {
    // A service that is asked to stop may still say for a moment that it runs; one that starts is pending
    // before StartService returns.
    bool was_pending = wanted == SERVICE_RUNNING;
    auto last = observe(verb, [&](DWORD state) {
      was_pending = was_pending || is_pending(state);
      return state == wanted || (was_pending && !is_pending(state));
    });
    if (!last) return std::unexpected(last.error());
    if (last->dwCurrentState == wanted) return {};
    const bool own = last->dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR;
    const DWORD code = own ? last->dwServiceSpecificExitCode : last->dwWin32ExitCode;
    return std::unexpected(
        Error{fmt::format("{}: it is {}, exit code {}{}", doing(verb),
                          service_state_words(last->dwCurrentState), code, own ? " of its own" : ""),
              ErrorKind::io, 0, ""});
  }

  // Asks for the state, as often as the service itself says, until it is `enough`.
  template <class Enough>
  Result<SERVICE_STATUS_PROCESS> observe(std::string_view verb, Enough enough) const {
    const ULONGLONG begun = GetTickCount64();
    while (true) {
      auto now = status(verb);
      if (!now || enough(now->dwCurrentState)) return now;
      if (longest_wait_ms <= GetTickCount64() - begun)
        return std::unexpected(
            Error{fmt::format("{}: it is still {} after {} s", doing(verb),
                              service_state_words(now->dwCurrentState), longest_wait_ms / 1000),
                  ErrorKind::io, 0, ""});
      Sleep(std::clamp<DWORD>(now->dwWaitHint / 10, 50, 1000));
    }
  }

  std::string name_;
  ServiceHandle handle_;
};

Result<void> start_each(const std::vector<std::string>& names) {
  Result<void> first;
  for (const std::string& name : names) {
    auto service = Controlled::open(name, "start");
    auto done = service ? service->start() : Result<void>(std::unexpected(service.error()));
    if (!done && first) first = std::move(done);
  }
  return first;
}

// Dependents first. Where one does not stop, those that did are started again. Gives them in the order to
// start them.
Result<std::vector<std::string>> stop_all(Controlled& service) {
  std::vector<std::string> stopped;
  Result<void> done;
  for (const std::string& name : service.running_dependents()) {
    auto dependent = Controlled::open(name, "stop");
    done = dependent ? dependent->stop() : Result<void>(std::unexpected(dependent.error()));
    if (!done) break;
    stopped.insert(stopped.begin(), name);
  }
  if (done) done = service.stop();
  if (done) return stopped;
  Error error = std::move(done.error());
  if (auto again = start_each(stopped); !again) error.doing.append("; then ").append(to_text(again.error()));
  return std::unexpected(std::move(error));
}

// SERVICE_CONFIG_DELAYED_AUTO_START_INFO
BOOL set_delayed(SC_HANDLE service, bool delayed) {
  SERVICE_DELAYED_AUTO_START_INFO info{delayed ? TRUE : FALSE};
  return ChangeServiceConfig2W(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &info);
}

}  // namespace

Result<void> control_service(const std::string& name, ServiceAction action) {
  const std::string_view verb = action == ServiceAction::start  ? "start"
                                : action == ServiceAction::stop ? "stop"
                                                                : "restart";
  auto service = Controlled::open(name, verb);
  if (!service) return std::unexpected(service.error());
  if (action == ServiceAction::start) return service->start();
  auto stopped = stop_all(*service);
  if (!stopped) return std::unexpected(stopped.error());
  if (action == ServiceAction::stop) return {};
  if (auto started = service->start(); !started) return started;
  return start_each(*stopped);
}

Result<void> set_service(const ServiceSetting& setting) {
  using What = ServiceSetting::What;
  const std::string doing = "configure the service " + printable(setting.service);
  auto service = open_service(setting.service, SERVICE_CHANGE_CONFIG, doing);
  if (!service) return std::unexpected(service.error());
  const std::wstring text = wide(setting.text);
  const wchar_t* program = setting.what == What::program ? text.c_str() : nullptr;
  const wchar_t* account = setting.what == What::account ? text.c_str() : nullptr;
  const DWORD start = setting.what == What::start ? setting.number : SERVICE_NO_CHANGE;
  const BOOL done =
      setting.what == What::delayed_start
          ? set_delayed(service->get(), setting.number != 0)
          : ChangeServiceConfigW(service->get(), SERVICE_NO_CHANGE, start, SERVICE_NO_CHANGE, program,
                                 nullptr, nullptr, nullptr, account, account ? L"" : nullptr, nullptr);
  if (!done) return refused(doing, GetLastError());
  return {};
}

}  // namespace rdpdoctor::host
#endif
