// A program and its arguments as one text that Windows' programs split again: Windows hands a command line
// over, not a list. The rules are those of CommandLineToArgvW and of Microsoft's C library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/writer.h"

namespace rdpdoctor::host {

// The first is the program's path, which is split by another rule and can't hold a quotation mark.
[[nodiscard]] std::string command_line(const Arguments& command);
// Arguments without a program, for what joins them to one itself.
[[nodiscard]] std::string argument_line(const Arguments& arguments);

// "C:\Windows\System32\sc.exe": the drive, a backslash, no "." and "..".
[[nodiscard]] bool is_full_path(std::string_view path);
// Where a command lies that is written without a path: in Windows' own folder of programs and nowhere else,
// so that no program of the same name in the current folder or in PATH is started with full rights. A full
// path stays; anything else is an Error.
[[nodiscard]] Result<std::string> program_path(const std::string& program, std::string_view system_folder);

// Says to the program with full rights which process' console it goes on in: its first argument, then the
// process' number. Takes both away; nothing where they are not there.
inline constexpr std::string_view console_argument = "--console-of";
[[nodiscard]] std::optional<std::uint32_t> take_console_argument(std::vector<std::string>& arguments);

// What a failed program said in one line: the first that is not empty.
[[nodiscard]] std::string first_line(std::string_view output);

}  // namespace rdpdoctor::host
