// RDP over UDP after a handshake of version 0x0101: the prefix byte and the header, [MS-RDPEUDP2] 2.2.1.
// Little-endian.
#pragma once

#include "base/error.h"

namespace rdpdoctor::wire {

// Flags, [MS-RDPEUDP2] 2.2.1.1
inline constexpr std::uint16_t RDPUDP2_ACK = 0x001;
inline constexpr std::uint16_t RDPUDP2_DATA = 0x004;
inline constexpr std::uint16_t RDPUDP2_ACKVEC = 0x008;
inline constexpr std::uint16_t RDPUDP2_AOA = 0x010;
inline constexpr std::uint16_t RDPUDP2_OVERHEADSIZE = 0x040;
inline constexpr std::uint16_t RDPUDP2_DELAYACKINFO = 0x100;

struct Rdpudp2Packet {
  std::uint8_t packet_type = 0;  // Packet_Type_Index: 0, or 8 for a dummy; any value is kept
  std::uint16_t flags = 0;
  std::uint8_t log_window_size = 0;
  Bytes payloads{};  // the optional payloads, in the order of [MS-RDPEUDP2] 2.2.1
};

// Undoes what 3.1.1.1.5.1 does to a packet before it is sent (the prefix trades places with the eighth byte),
// and reads the header.
[[nodiscard]] Decoded<Rdpudp2Packet> decode_rdpudp2(View datagram);

}  // namespace rdpdoctor::wire
