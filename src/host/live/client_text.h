// The system's own words for what its Remote Desktop client shows.
#pragma once

#include <cstdint>
#include <string>

#include "base/reading.h"

namespace rdpdoctor::host {

// What IMsRdpClient5::GetErrorDescription says of a disconnect code and an extended one, in the system's
// language. Absent: it has no words for them. Unreadable: not Windows, or no such client.
[[nodiscard]] Reading<std::string> client_error_text(std::uint32_t code, std::uint32_t extended);

}  // namespace rdpdoctor::host
