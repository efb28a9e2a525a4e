// The network that the machine was last in, by which the firewall chooses its profile.
#pragma once

#include <string>

#include "fixes/engine/planner.h"

namespace rdpdoctor::fixes {

// "Domain", "Private" or "Public", as the firewall's rules call it; "" not known.
[[nodiscard]] std::string last_network(Planner& p);

}  // namespace rdpdoctor::fixes
