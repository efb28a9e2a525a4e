#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "host/live/open_below.h"

namespace rdpdoctor::host {

Open& Open::operator=(Open&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Open::~Open() {
  if (0 <= number_) close(number_);
}

int Open::release() {
  return std::exchange(number_, -1);
}

Open open_parent(const Open& top, std::string_view path, std::string& last) {
  Open at(fcntl(top.number(), F_DUPFD_CLOEXEC, 0));
  last.clear();
  if (path.empty()) return at;
  const std::vector<std::string_view> parts = split(path, '/');
  for (std::size_t i = 0; i < parts.size() && at.is_open(); ++i) {
    const std::string part(parts[i]);
    if (part.empty() || part == "." || part == "..") {
      errno = ENOENT;
      return Open(-1);
    }
    if (i + 1 == parts.size()) {
      last = part;
      break;
    }
    at = Open(openat(at.number(), part.c_str(), O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC));
  }
  return at;
}

Open open_below(const Open& top, std::string_view path, int flags) {
  std::string last;
  Open folder = open_parent(top, path, last);
  if (!folder.is_open()) return folder;
  static constexpr mode_t own = S_IRUSR | S_IWUSR;  // of what is made
  const char* name = last.empty() ? "." : last.c_str();
  return Open(openat(folder.number(), name, flags | O_NOFOLLOW | O_CLOEXEC, own));
}

std::string self_path(const Open& file) {
  return "/proc/self/fd/" + std::to_string(file.number());
}

std::string words_of(int code) {
  switch (code) {
    case EACCES:
    case EPERM: return "access denied";
    case EIO: return "the system can't read it (EIO)";
    case ELOOP: return "it is a link";
    default: return std::generic_category().message(code);
  }
}

}  // namespace rdpdoctor::host
#endif
