// A file that only grows, by whole lines that are on the disk when append() returns: a program killed at any
// moment leaves no half line behind but that of a write the system itself tore.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace rdpdoctor::host {

class AppendFile {
 public:
  // Opens or makes it. A last line without its end, left by a crash, gets one.
  [[nodiscard]] static Result<AppendFile> open(const std::string& path);
  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) = delete;
  ~AppendFile();

  // One line, without its newline, in one write.
  [[nodiscard]] Result<void> append(std::string_view line);
  [[nodiscard]] const std::string& first_line() const { return first_line_; }  // at opening; "" when new

 private:
  AppendFile() = default;
  std::string path_;
  std::string first_line_;  // at most 64 KB of it
#ifdef _WIN32
  void* handle_ = nullptr;
#else
  int descriptor_ = -1;
#endif
};

}  // namespace rdpdoctor::host
