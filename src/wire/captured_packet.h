// A captured frame down to its TCP segment, UDP datagram or ICMP error: Ethernet II with 802.1Q/802.1ad tags
// and PPPoE, Linux cooked v1 and v2, BSD loopback, raw IP (https://www.tcpdump.org/linktypes.html); IPv4
// (RFC 791), IPv6 with extension headers (RFC 8200), TCP (RFC 9293), UDP (RFC 768), ICMP errors (icmp.h).
// Fragments beyond the first have no ports, and are none of ours.
#pragma once

#include <array>

#include "wire/icmp.h"
#include "wire/ip_packet.h"

namespace rdpdoctor::wire {

struct Endpoint {
  IpAddress address{};
  bool v6 = false;
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
};
[[nodiscard]] std::string to_text(const Endpoint& endpoint);       // "10.0.0.5:51234", "[2001:db8::1]:3389"
[[nodiscard]] std::string address_text(const Endpoint& endpoint);  // without the port

struct DecodedPacket {
  enum class Kind { other, tcp, udp, icmp_error };
  Kind kind = Kind::other;
  Endpoint from;
  Endpoint to;
  std::uint32_t ttl = 0;       // or hop limit
  std::uint32_t ip_bytes = 0;  // of the IP packet, as its header says; where that is 0, as captured
  std::uint16_t ip_id = 0;     // IPv4 Identification: a packet captured twice has the same
  TcpSegment tcp;
  std::uint32_t acknowledgment = 0;
  std::uint16_t window = 0;
  bool fragment = false;            // first of several; the payload is only its part
  View payload;                     // of TCP or UDP, as far as captured; borrowed
  std::uint32_t payload_bytes = 0;  // as the headers say (may be more than captured)
  // ICMP errors: who sent it is `from`; the packet that it is about, with ports of TCP and UDP only:
  int icmp_type = 0;
  int icmp_code = 0;
  std::uint32_t path_mtu = 0;
  Endpoint about_from;
  Endpoint about_to;
  bool about_tcp = false;
};
[[nodiscard]] bool knows_link_type(std::uint32_t link_type);
// An error for what is broken; kind other for what is none of ours (ARP, IGMP …). Never reads beyond `frame`.
[[nodiscard]] Decoded<DecodedPacket> decode_frame(std::uint32_t link_type, View frame);

}  // namespace rdpdoctor::wire
