// IPv4 headers and TCP segments as a raw socket gives them: RFC 791 3.1, RFC 9293 3.1. The bytes may be cut
// off after the headers.
#pragma once

#include <array>

#include "base/bytes.h"
#include "base/error.h"

namespace rdpdoctor::wire {

inline constexpr std::uint8_t protocol_tcp = 6;

// In network order; an IPv4 address has the first four bytes, the rest zero.
using IpAddress = std::array<std::uint8_t, 16>;

struct Ipv4Header {
  std::size_t header_bytes = 20;  // IHL, options included
  std::uint8_t ttl = 0;
  std::uint8_t protocol = 0;
  IpAddress source{};
  IpAddress destination{};
};
[[nodiscard]] Decoded<Ipv4Header> decode_ipv4_header(View bytes);

struct TcpSegment {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  bool syn = false;
  bool ack = false;
  bool rst = false;
  bool fin = false;
  std::size_t header_bytes = 20;  // "data offset", options included
  std::uint16_t mss = 0;          // Maximum Segment Size option (RFC 9293 3.7.1); 0: none
};
[[nodiscard]] Decoded<TcpSegment> decode_tcp_segment(View bytes);

// How far `to` lies after `from`, negative if before: sequence numbers wrap (RFC 9293 3.4).
[[nodiscard]] constexpr std::int32_t sequence_distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}

}  // namespace rdpdoctor::wire
