// The running Windows itself. On another system each of these is an Error that says so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/writer.h"

namespace rdpdoctor::host {

// This program runs on Windows.
[[nodiscard]] bool is_windows();

// Reads the registry's 64-bit view; the 32-bit one is where Windows keeps it, below WOW6432Node. What the
// rights of the program do not suffice for is unreadable, and `why` begins with needs_elevation.
[[nodiscard]] Result<std::unique_ptr<Host>> open_live_host();

// Values that belong to a running service are set through that service's own interface: start types by the
// service manager, firewall rules by the firewall, event channels by the event log. Where that one can't be
// asked, the registry is written and the service sees it when it starts next.
[[nodiscard]] Result<std::unique_ptr<Writer>> open_live_writer();

// Runs with an administrator's full rights.
[[nodiscard]] bool is_elevated();

// Runs this program again with the same arguments and full rights, in the same console, once Windows has
// asked the person; gives its exit status. An error when it was declined, or there is no console to go on in.
[[nodiscard]] Result<int> run_elevated(int argc, const char* const* argv);

// First thing of all, as the program may be the one that run_elevated() started: then it goes on in the
// console of the one that started it, and the arguments that say so are taken away.
void take_console(std::vector<std::string>& arguments);

}  // namespace rdpdoctor::host
