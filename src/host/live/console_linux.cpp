#ifndef _WIN32
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "host/live/console.h"

namespace rdpdoctor::host {
namespace {

// The first of these that is set decides (POSIX, Environment Variables 8.2).
bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (!value || !*value) continue;
    std::string_view locale(value);
    return locale.contains("UTF-8") || locale.contains("utf8") || locale.contains("UTF8") ||
           locale.contains("utf-8");
  }
  return false;
}

}  // namespace

Console prepare_console() {
  Console c;
  c.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  c.err_is_terminal = isatty(STDERR_FILENO) == 1;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  bool dumb = term && std::string_view(term) == "dumb";
  c.colour = c.out_is_terminal && !dumb && !(no_color && *no_color);
  c.utf8 = locale_is_utf8();
  winsize size{};
  if (c.out_is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    c.width = std::clamp<std::size_t>(size.ws_col, 60, 140);
  }
  return c;
}

bool has_own_console() {
  return false;
}

std::optional<std::string> read_line(std::size_t most) {
  std::string line;
  int c = std::fgetc(stdin);
  if (c == EOF) return std::nullopt;
  for (; c != EOF && c != '\n'; c = std::fgetc(stdin)) {
    if (line.size() < most) line += static_cast<char>(c);
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

void print_raw(std::string_view bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
}

}  // namespace rdpdoctor::host
#endif
