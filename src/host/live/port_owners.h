// Whose a port is: what the tables of sockets do not say themselves.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "host/host.h"

namespace rdpdoctor::host {

// Fills `program` and `service` by the process of each. A process that runs several services (svchost.exe on
// machines with little memory) does not tell which of them listens: `service` stays empty.
void name_owners(std::vector<Listening>& sockets, const std::map<std::uint32_t, std::string>& programs,
                 const std::vector<RunningService>& services);

}  // namespace rdpdoctor::host
