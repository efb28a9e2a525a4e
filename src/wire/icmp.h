// ICMP for IPv4 and IPv6: error messages and what they quote (RFC 792, RFC 1191, RFC 4443 3), and echo
// (RFC 792 "Echo", RFC 4443 4). All without the IP header in front.
#pragma once

#include "wire/ip_packet.h"

namespace rdpdoctor::wire {

enum class IpVersion { v4, v6 };

// An error message about a packet of ours.
struct IcmpError {
  int type = 0;
  int code = 0;
  std::uint32_t path_mtu = 0;          // "fragmentation needed" or "packet too big"; 0: another, or not told
  IpAddress source{};                  // the quoted packet's
  IpAddress destination{};             // "
  std::uint8_t protocol = 0;           // the quoted packet's
  std::uint16_t source_port = 0;       // the quoted TCP or UDP header's
  std::uint16_t destination_port = 0;  // "
};

// What an error message says of the way: RFC 792, RFC 1812 5.2.7.1, RFC 4443 3. A time exceeded is a routing
// loop: no way to the host.
enum class IcmpSays {
  other,
  network_unreachable,
  host_unreachable,
  protocol_unreachable,
  port_unreachable,
  prohibited,
  too_big,
};
[[nodiscard]] IcmpSays icmp_says(IpVersion version, int type, int code);

// Nothing but errors about packets: other types are a DecodeError.
[[nodiscard]] Decoded<IcmpError> decode_icmp_error(IpVersion version, View bytes);

struct IcmpEcho {
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
};
// An echo request of `size` bytes in all, at least the header's 8. The checksum is filled in for IPv4 only;
// for IPv6 it covers addresses that the kernel knows (RFC 3542 3.1).
[[nodiscard]] Bytes icmp_echo_request(IpVersion version, const IcmpEcho& echo, std::size_t size);
[[nodiscard]] Decoded<IcmpEcho> decode_icmp_echo_reply(IpVersion version, View bytes);
// The request as an ICMP error quotes it, from its own type field on.
[[nodiscard]] Decoded<IcmpEcho> decode_icmp_echo_request(IpVersion version, View bytes);

// RFC 1071.
[[nodiscard]] std::uint16_t internet_checksum(View bytes);

inline constexpr std::size_t icmp_header_bytes = 8;

}  // namespace rdpdoctor::wire
