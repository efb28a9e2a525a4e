// IP addresses as text.
#pragma once

#include <string>

#include "base/bytes.h"

namespace rdpdoctor {

// 4 bytes as "10.1.2.3", 16 as RFC 5952 writes them ("2001:db8::1"), any other number as "0x…".
[[nodiscard]] std::string ip_text(View address);

}  // namespace rdpdoctor
