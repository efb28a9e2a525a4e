// RDP over UDP, version 1 and 2: the header, the SYN and its answer ([MS-RDPEUDP] 2.2.2, 3.1.5.1).
// Big-endian. A SYN that offers version 0x0101, and an answer that takes it, go over to [MS-RDPEUDP2]: see
// rdpudp2.h.
#pragma once

#include <array>
#include <optional>

#include "base/error.h"

namespace rdpdoctor::wire {

// RDPUDP_FEC_HEADER uFlags, [MS-RDPEUDP] 2.2.2.1
inline constexpr std::uint16_t RDPUDP_FLAG_SYN = 0x0001;
inline constexpr std::uint16_t RDPUDP_FLAG_FIN = 0x0002;
inline constexpr std::uint16_t RDPUDP_FLAG_ACK = 0x0004;
inline constexpr std::uint16_t RDPUDP_FLAG_DATA = 0x0008;
inline constexpr std::uint16_t RDPUDP_FLAG_FEC = 0x0010;
inline constexpr std::uint16_t RDPUDP_FLAG_CN = 0x0020;
inline constexpr std::uint16_t RDPUDP_FLAG_CWR = 0x0040;
inline constexpr std::uint16_t RDPUDP_FLAG_SACK_OPTION = 0x0080;
inline constexpr std::uint16_t RDPUDP_FLAG_ACK_OF_ACKS = 0x0100;
inline constexpr std::uint16_t RDPUDP_FLAG_SYNLOSSY = 0x0200;
inline constexpr std::uint16_t RDPUDP_FLAG_ACKDELAYED = 0x0400;
inline constexpr std::uint16_t RDPUDP_FLAG_CORRELATION_ID = 0x0800;
inline constexpr std::uint16_t RDPUDP_FLAG_SYNEX = 0x1000;

// uSynExFlags and uUdpVer, [MS-RDPEUDP] 2.2.2.9
inline constexpr std::uint16_t RDPUDP_VERSION_INFO_VALID = 0x0001;
inline constexpr std::uint16_t RDPUDP_PROTOCOL_VERSION_1 = 0x0001;
inline constexpr std::uint16_t RDPUDP_PROTOCOL_VERSION_2 = 0x0002;
inline constexpr std::uint16_t RDPUDP_PROTOCOL_VERSION_3 = 0x0101;

// uUpStreamMtu and uDownStreamMtu, [MS-RDPEUDP] 3.1.5.1.1; a SYN is padded to the largest.
inline constexpr std::uint16_t rdpudp_least_mtu = 1132;
inline constexpr std::uint16_t rdpudp_largest_mtu = 1232;
inline constexpr std::uint32_t rdpudp_no_source_ack = 0xFFFFFFFF;

struct RdpudpHeader {
  std::uint32_t sn_source_ack = rdpudp_no_source_ack;
  std::uint16_t receive_window_size = 64;  // in datagrams; what Windows says
  std::uint16_t flags = 0;
};

struct RdpudpSynEx {
  std::uint16_t flags = RDPUDP_VERSION_INFO_VALID;
  std::uint16_t version = RDPUDP_PROTOCOL_VERSION_1;          // any value is kept
  std::optional<std::array<std::uint8_t, 32>> cookie_hash{};  // only in a SYN without ACK that offers 0x0101
};

// A SYN, or the SYN+ACK that answers it. The encoder sets the flags of the parts that are there.
struct RdpudpSyn {
  RdpudpHeader header;
  std::uint32_t initial_sequence_number = 0;
  std::uint16_t up_stream_mtu = rdpudp_largest_mtu;
  std::uint16_t down_stream_mtu = rdpudp_largest_mtu;
  std::optional<std::array<std::uint8_t, 16>> correlation_id{};
  std::optional<RdpudpSynEx> syn_ex{};
};

// Zeros after it up to `padded_to` bytes, if it is shorter.
[[nodiscard]] Bytes encode(const RdpudpSyn& syn, std::size_t padded_to);
// Anything with RDPUDP_FLAG_SYN; what comes after the parts that its flags name is padding.
[[nodiscard]] Decoded<RdpudpSyn> decode_rdpudp_syn(View datagram);

// What a client sends first, [MS-RDPEUDP] 3.1.5.1.1. Version 1 is offered by saying nothing of versions.
[[nodiscard]] RdpudpSyn rdpudp_client_syn(std::uint16_t version, std::uint32_t initial_sequence_number);
// The answer of a host that knows versions up to `highest`, [MS-RDPEUDP] 3.1.5.1.3.
[[nodiscard]] RdpudpSyn rdpudp_syn_ack(const RdpudpSyn& syn, std::uint16_t highest,
                                       std::uint32_t initial_sequence_number);
[[nodiscard]] bool is_syn_ack(const RdpudpSyn& syn);
// The version that both go on with once `syn_ack` has come.
[[nodiscard]] std::uint16_t rdpudp_version_of(const RdpudpSyn& syn_ack);

// Any other datagram of version 1 or 2: acknowledgments, then data or a repair for lost data.
struct RdpudpData {
  RdpudpHeader header;
  View ack_vector{};  // one byte each: two bits of state, six of run length ([MS-RDPEUDP] 2.2.3.1)
  std::optional<std::uint32_t> ack_of_acks{};
  std::optional<std::uint32_t> sn_coded{};  // with RDPUDP_FLAG_DATA
  std::uint32_t sn_source_start = 0;        // with RDPUDP_FLAG_DATA
  View payload{};                           // borrowed from the datagram
};
[[nodiscard]] Decoded<RdpudpData> decode_rdpudp_data(View datagram);

}  // namespace rdpdoctor::wire
