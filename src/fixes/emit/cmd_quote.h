// Words as cmd.exe and the programs it starts read them back to what they were. Typed at a prompt nothing
// escapes a %, so a word that has one can't be given; nor one with a quote or a character no keyboard has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fixes/engine/change.h"

namespace rdpdoctor::fixes::emit {

// "in quotes"; nothing when it can't be typed safely.
[[nodiscard]] std::optional<std::string> cmd_quoted(std::string_view word);
// The same, where %ProgramData%, %SystemRoot% and %MachineGuid% are meant for cmd.exe to fill in.
[[nodiscard]] std::optional<std::string> cmd_path(std::string_view path);
// A whole command; words that need none are not quoted.
[[nodiscard]] std::optional<std::string> cmd_line(const host::Arguments& command);

// `reg add` of this value, or `reg delete` where it is none.
[[nodiscard]] std::optional<std::string> reg_command(std::string_view key, std::string_view name,
                                                     const std::optional<Stored>& value);
[[nodiscard]] std::optional<std::string> reg_query(std::string_view key, std::string_view name);

}  // namespace rdpdoctor::fixes::emit
