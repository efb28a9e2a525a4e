#include "host/live/command_line.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::host {
namespace {

bool is_letter(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
}

// Backslashes count as themselves, but before a quotation mark, and so at the end of a quoted argument, where
// two stand for one.
void append_quoted(std::string& out, std::string_view argument) {
  out += '"';
  std::size_t backslashes = 0;
  for (const char c : argument) {
    if (c == '"') out.append(backslashes + 1, '\\');
    backslashes = c == '\\' ? backslashes + 1 : 0;
    out += c;
  }
  out.append(backslashes, '\\');
  out += '"';
}

void append_argument(std::string& out, std::string_view argument) {
  const bool plain = !argument.empty() && argument.find_first_of(" \t\n\v\r\"") == std::string_view::npos;
  if (!out.empty()) out += ' ';
  if (plain)
    out += argument;
  else
    append_quoted(out, argument);
}

}  // namespace

std::string argument_line(const Arguments& arguments) {
  std::string out;
  for (const std::string& argument : arguments) append_argument(out, argument);
  return out;
}

std::string command_line(const Arguments& command) {
  if (command.empty()) return "";
  std::string out = fmt::format("\"{}\"", command.front());
  for (std::size_t i = 1; i < command.size(); ++i) append_argument(out, command[i]);
  return out;
}

bool is_full_path(std::string_view path) {
  if (path.size() < 4 || !is_letter(path[0]) || path[1] != ':' || path[2] != '\\') return false;
  if (path.find_first_of("\"/<>|*?") != std::string_view::npos) return false;
  const auto parts = split(path, '\\');
  return std::ranges::none_of(parts, [](std::string_view part) { return part == "." || part == ".."; });
}

Result<std::string> program_path(const std::string& program, std::string_view system_folder) {
  if (is_full_path(program)) return program;
  const bool is_name = !program.empty() && program.find_first_of("\\/:\"<>|*?") == std::string::npos &&
                       !program.starts_with('.');
  if (!is_name)
    return std::unexpected(Error{"run '" + printable(program) + "'", ErrorKind::usage, 0,
                                 "a program of Windows by its name, or a full path"});
  std::string out = fmt::format("{}\\{}", system_folder, program);
  if (!lower(program).ends_with(".exe")) out += ".exe";
  return out;
}

std::optional<std::uint32_t> take_console_argument(std::vector<std::string>& arguments) {
  if (arguments.size() < 3 || arguments[1] != console_argument) return std::nullopt;
  const auto process = decimal<std::uint32_t>(arguments[2]);
  if (process) arguments.erase(arguments.begin() + 1, arguments.begin() + 3);
  return process;
}

std::string first_line(std::string_view output) {
  for (std::string_view line : split(output, '\n'))
    if (!trim(line).empty()) return std::string(trim(line));
  return "";
}

}  // namespace rdpdoctor::host
