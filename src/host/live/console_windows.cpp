#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "host/live/console.h"

namespace rdpdoctor::host {
namespace {

bool is_console(DWORD which) {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(which), &mode) != 0;
}

}  // namespace

Console prepare_console() {
  Console c;
  SetConsoleOutputCP(CP_UTF8);
  c.out_is_terminal = is_console(STD_OUTPUT_HANDLE);
  c.err_is_terminal = is_console(STD_ERROR_HANDLE);
  HANDLE out = GetStdHandle(STD_OUTPUT_HANDLE);
  DWORD mode = 0;
  bool escapes = GetConsoleMode(out, &mode) != 0 &&
                 SetConsoleMode(out, mode | 0x0004 /* VIRTUAL_TERMINAL_PROCESSING */) != 0;
  const char* no_color = std::getenv("NO_COLOR");
  c.colour = escapes && !(no_color && *no_color);
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (c.out_is_terminal && GetConsoleScreenBufferInfo(out, &info)) {
    c.width = std::clamp<std::size_t>(static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1),
                                      60, 140);
  }
  return c;
}

void print_raw(std::string_view bytes) {
  std::fflush(stdout);
  const int before = _setmode(_fileno(stdout), _O_BINARY);
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  std::fflush(stdout);
  static_cast<void>(_setmode(_fileno(stdout), before));
}

}  // namespace rdpdoctor::host
#endif
