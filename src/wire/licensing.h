// Licensing PDUs as far as they end a connection or let it go on: [MS-RDPBCGR] 2.2.1.12, [MS-RDPELE] 2.2.2.
// Without the security header before them.
#pragma once

#include <optional>

#include "base/error.h"

namespace rdpdoctor::wire {

// bMsgType of the LICENSE_PREAMBLE, 2.2.1.12.1.1; any value is kept.
inline constexpr std::uint8_t LICENSE_REQUEST = 0x01;
inline constexpr std::uint8_t PLATFORM_CHALLENGE = 0x02;
inline constexpr std::uint8_t NEW_LICENSE = 0x03;
inline constexpr std::uint8_t UPGRADE_LICENSE = 0x04;
inline constexpr std::uint8_t LICENSE_INFO = 0x12;
inline constexpr std::uint8_t NEW_LICENSE_REQUEST = 0x13;
inline constexpr std::uint8_t PLATFORM_CHALLENGE_RESPONSE = 0x15;
inline constexpr std::uint8_t ERROR_ALERT = 0xff;

inline constexpr std::uint32_t STATUS_VALID_CLIENT = 0x00000007;  // dwErrorCode: no licence is needed

struct LicensingPdu {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  // LICENSE_ERROR_MESSAGE, 2.2.1.12.1.3
  std::optional<std::uint32_t> error_code;
  std::optional<std::uint32_t> state_transition;
};

[[nodiscard]] Decoded<LicensingPdu> decode_licensing(View data);
[[nodiscard]] Bytes encode(const LicensingPdu& pdu);
[[nodiscard]] std::string_view licensing_name(std::uint8_t type);  // "" for an unknown one

}  // namespace rdpdoctor::wire
