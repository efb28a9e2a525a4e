#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "host/live/console.h"

namespace rdpdoctor::host {
namespace {

bool is_console(DWORD which) {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(which), &mode) != 0;
}

// One UTF-16 unit of a console, one byte of anything else; nothing at the end.
std::optional<wchar_t> next_unit(bool console) {
  if (!console) {
    int c = std::fgetc(stdin);
    return c == EOF ? std::nullopt : std::optional(static_cast<wchar_t>(c));
  }
  wchar_t unit = 0;
  DWORD read = 0;
  constexpr wchar_t ctrl_z = 0x1A;
  if (!ReadConsoleW(GetStdHandle(STD_INPUT_HANDLE), &unit, 1, &read, nullptr) || read == 0)
    return std::nullopt;
  return unit == ctrl_z ? std::nullopt : std::optional(unit);
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

bool has_own_console() {
  DWORD processes[2] = {};
  return GetConsoleProcessList(processes, 2) == 1;
}

std::optional<std::string> read_line(std::size_t most) {
  const bool console = is_console(STD_INPUT_HANDLE);
  std::string bytes;
  Bytes units;
  auto unit = next_unit(console);
  if (!unit) return std::nullopt;
  for (; unit && *unit != L'\n'; unit = next_unit(console)) {
    if (*unit == L'\r') continue;
    if (!console && bytes.size() < most) bytes += static_cast<char>(*unit);
    if (console && units.size() < most)
      units.insert(units.end(),
                   {static_cast<std::uint8_t>(*unit & 0xFF), static_cast<std::uint8_t>(*unit >> 8)});
  }
  return console ? utf16le_to_utf8(units) : bytes;
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
