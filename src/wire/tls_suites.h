// Names of cipher suites, as IANA registers them.
#pragma once

#include <cstdint>
#include <string>

namespace rdpdoctor::wire {

// "TLS_RSA_WITH_AES_128_CBC_SHA" for 0x002F; "0x00FF" for one that no Remote Desktop peer is known to choose.
[[nodiscard]] std::string cipher_suite_name(std::uint16_t suite);

}  // namespace rdpdoctor::wire
