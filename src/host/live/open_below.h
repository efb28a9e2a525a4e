// Files below an open folder, each component of a path opened by itself and never as a link. POSIX only.
#pragma once

#include <string>
#include <string_view>

namespace rdpdoctor::host {

// A file descriptor; closed at its end.
class Open {
 public:
  explicit Open(int number) : number_(number) {}
  Open(Open&& other) noexcept : number_(other.release()) {}
  Open& operator=(Open&& other) noexcept;
  ~Open();
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return 0 <= number_; }
  [[nodiscard]] int release();

 private:
  int number_;
};

// The folder that holds the last component of `path`, which is not opened; "" for the top itself. Where there
// is none, errno says why.
[[nodiscard]] Open open_parent(const Open& top, std::string_view path, std::string& last);
// With O_CREAT the file is its maker's alone, mode 0600.
[[nodiscard]] Open open_below(const Open& top, std::string_view path, int flags);
// The descriptor as a path, for calls that take none of O_PATH; a link is itself there.
[[nodiscard]] std::string self_path(const Open& file);
[[nodiscard]] std::string words_of(int code);  // errno

}  // namespace rdpdoctor::host
