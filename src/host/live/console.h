// The console this program runs on: is it a terminal, how wide, with colour or not. The only place in the
// command line that touches the system directly.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rdpdoctor::host {

struct Console {
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool colour = false;      // stdout is a terminal, NO_COLOR is unset or empty, TERM is not "dumb"
  bool utf8 = true;         // the terminal shows UTF-8, as far as the locale tells
  std::size_t width = 100;  // of the terminal, 60 to 140; 100 when stdout is none
};

// Also makes a Windows console read UTF-8 and escape sequences.
[[nodiscard]] Console prepare_console();

// The console was made for this program alone: it was started by a double click, and its window goes when it
// ends. False elsewhere than on Windows.
[[nodiscard]] bool has_own_console();

// The next line of standard input in UTF-8, without its end; what goes beyond `most` bytes is left out.
// Nothing at the end of the input.
[[nodiscard]] std::optional<std::string> read_line(std::size_t most);

// To standard output, whose line ends stay as they are.
void print_raw(std::string_view bytes);

}  // namespace rdpdoctor::host
