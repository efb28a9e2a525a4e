// What the filtering platform of the running Windows dropped lately, by its own tool netsh.
#pragma once

#include <vector>

#include "host/host.h"

namespace rdpdoctor::host {

// TCP and UDP, the newest first, at most a thousand. It takes administrators' rights.
[[nodiscard]] Reading<std::vector<FilterDrop>> read_filter_drops();

}  // namespace rdpdoctor::host
