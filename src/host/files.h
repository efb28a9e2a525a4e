// Paths of a Windows machine, whatever host they come from.
#pragma once

#include "host/host.h"

namespace rdpdoctor::host {

// %SystemRoot%, %WinDir%, %SystemDrive%, %ProgramData%, %ALLUSERSPROFILE%, %ProgramFiles% in front, and
// "\SystemRoot\…", "\??\C:\…", "System32\…" as service image paths have them; "C:\…" afterwards. ProgramData
// is where the registry says it was moved.
[[nodiscard]] std::string expanded(Host& host, std::string_view path);
// "C:\Windows"; the drive letter is the machine's own, not that of the machine which reads.
[[nodiscard]] std::string system_root(Host& host);
[[nodiscard]] std::string program_data(Host& host);
// Joined by one backslash.
[[nodiscard]] std::string under(std::string_view folder, std::string_view name);

}  // namespace rdpdoctor::host
