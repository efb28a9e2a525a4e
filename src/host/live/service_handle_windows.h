// A handle of the service manager, and its words for a state. Windows only.
#pragma once

#include <windows.h>

#include <string>
#include <utility>

namespace rdpdoctor::host {

class ServiceHandle {
 public:
  explicit ServiceHandle(SC_HANDLE handle) : handle_(handle) {}
  ServiceHandle(ServiceHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  ServiceHandle& operator=(ServiceHandle&& other) = delete;
  ~ServiceHandle() {
    if (handle_) CloseServiceHandle(handle_);
  }
  [[nodiscard]] SC_HANDLE get() const { return handle_; }

 private:
  SC_HANDLE handle_;
};

// SERVICE_STATUS_PROCESS.dwCurrentState; "state 9" of one that is not known.
[[nodiscard]] std::string service_state_words(DWORD state);

}  // namespace rdpdoctor::host
