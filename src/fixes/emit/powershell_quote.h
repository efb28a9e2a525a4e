// Values as PowerShell reads them back to exactly what they were, whatever is in them. A script is pure ASCII
// and has no text in double quotes, so nothing in a name can become code: PowerShell takes U+2018 to U+201B
// for single quotes too (about_Quoting_Rules), which is why no character beyond ASCII is ever inside of them.
#pragma once

#include <string>
#include <string_view>

#include "fixes/engine/change.h"

namespace rdpdoctor::fixes::emit {

// 'it''s', or ('caf' + [char]0x00E9 + '') where there are other characters than printable ASCII.
[[nodiscard]] std::string quoted(std::string_view utf8);
// After "# ": printable ASCII on one line.
[[nodiscard]] std::string comment(std::string_view utf8);

// What is there, in the form in which the script itself reads it (Get-State): "absent", "4:01000000".
// Texts as .NET gives them: with one NUL at their end, lists of texts with one after each and one more.
[[nodiscard]] std::string state_of(const std::optional<Stored>& value);
// Lines "K:path" and "V:path:name:type:data", all but the type in hex, sorted, joined by "|".
[[nodiscard]] std::string state_of(const std::optional<KeyTree>& tree);

}  // namespace rdpdoctor::fixes::emit
