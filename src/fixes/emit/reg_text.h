// Values in the form of Registry Editor's files, version 5.00 ("reg export" of Windows 2000 and later).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fixes/engine/change.h"

namespace rdpdoctor::fixes::emit {

// [HKEY_LOCAL_MACHINE\…] without its brackets; nothing when a .reg file can't name it.
[[nodiscard]] std::optional<std::string> reg_key(std::string_view key);
// "name" with \\ and \", @ for the default value; nothing when a .reg file can't name it.
[[nodiscard]] std::optional<std::string> reg_name(std::string_view name);
// dword:00000001, "text", hex(7):61,00,… broken into lines (LF) as Registry Editor does; `column` is where
// it begins.
[[nodiscard]] std::string reg_data(const Stored& value, std::size_t column);
// Whether lines of such a file have to be in UTF-16: for their letters, and for texts given as bytes, which
// an 8-bit file may hold in the machine's code page (Wine reads them so).
[[nodiscard]] bool needs_utf16(std::string_view text);

}  // namespace rdpdoctor::fixes::emit
