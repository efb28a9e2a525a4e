// The part of an emitted script that differs from one to the next: its changes, as a list of PowerShell
// hashtables.
#pragma once

#include <string>

#include "fixes/emit/script.h"

namespace rdpdoctor::fixes::emit {

// "$Changes = @(…)" and lines for what else the script has to know; ends with a newline.
[[nodiscard]] std::string powershell_changes(const Script& script);

}  // namespace rdpdoctor::fixes::emit
