// A handle of Windows' own, closed at its end. Windows only.
#pragma once

#include <windows.h>

#include <utility>

namespace rdpdoctor::host {

class OwnHandle {
 public:
  OwnHandle() = default;
  explicit OwnHandle(HANDLE handle) : handle_(handle) {}
  OwnHandle(OwnHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  OwnHandle& operator=(OwnHandle&& other) = delete;
  ~OwnHandle() {
    if (valid()) CloseHandle(handle_);
  }
  [[nodiscard]] bool valid() const { return handle_ != INVALID_HANDLE_VALUE && handle_ != nullptr; }
  [[nodiscard]] HANDLE get() const { return handle_; }
  [[nodiscard]] HANDLE* out() { return &handle_; }

 private:
  HANDLE handle_ = nullptr;
};

}  // namespace rdpdoctor::host
