// Running one of Windows' own programs. Windows only.
#pragma once

#include "host/live/command_line.h"

namespace rdpdoctor::host {

// Without a window and with nothing to read; waits, at most two minutes, and then ends it with all that it
// started. An exit status other than 0 is an Error with the first line of what it said.
[[nodiscard]] Result<void> run_program(const Arguments& command);

[[nodiscard]] Result<std::string> system_folder();  // "C:\Windows\System32", from Windows itself

}  // namespace rdpdoctor::host
