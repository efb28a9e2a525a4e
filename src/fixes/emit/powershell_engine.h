// The part of an emitted script that is the same in all of them: PowerShell that reads, compares, writes and
// takes back the changes that powershell_changes.h lists.
#pragma once

#include <string_view>

namespace rdpdoctor::fixes::emit {

extern const std::string_view powershell_parameters;  // before the changes
extern const std::string_view powershell_reading;     // what is there, as a state
extern const std::string_view powershell_writing;     // from one state to another
extern const std::string_view powershell_journal;     // the run's folder
extern const std::string_view powershell_commands;    // dry run, -Apply, -Undo

}  // namespace rdpdoctor::fixes::emit
