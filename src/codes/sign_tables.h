// The tables of signs, one function per file; signs.cpp puts them together. For codes/signs*.cpp only.
#pragma once

#include <vector>

#include "codes/signs.h"

namespace rdpdoctor::codes {

[[nodiscard]] std::vector<Sign> mstsc_signs();
[[nodiscard]] std::vector<Sign> accounts_signs();
[[nodiscard]] std::vector<Sign> sessions_signs();
[[nodiscard]] std::vector<Sign> gateway_signs();
[[nodiscard]] std::vector<Sign> freerdp_signs();
[[nodiscard]] std::vector<Sign> linux_servers_signs();
[[nodiscard]] std::vector<Sign> events_signs();

}  // namespace rdpdoctor::codes
