// A captured frame down to its TCP segment, UDP datagram or ICMP error: Ethernet II with 802.1Q/802.1ad tags,
// 802.3 is left, Linux cooked v1 and v2, BSD loopback, raw IP. Fragments beyond the first have no ports.
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
  std::uint32_t ip_bytes = 0;  // of the IP packet, as its header says
  TcpSegment tcp;
  std::uint32_t acknowledgment = 0;
  std::uint16_t window = 0;
  bool fragment = false;            // first of several; the payload is only its part
  View payload;                     // of TCP or UDP, as far as captured; borrowed
  std::uint32_t payload_bytes = 0;  // as the headers say (may be more than captured)
  // ICMP errors: who sent it is `from`; the packet that it is about:
  int icmp_type = 0;
  int icmp_code = 0;
  std::uint32_t path_mtu = 0;
  Endpoint about_from;
  Endpoint about_to;
  bool about_tcp = false;
};
// An error for what is broken; kind other for what is none of ours (ARP, IGMP …). Never reads beyond `frame`.
[[nodiscard]] Decoded<DecodedPacket> decode_frame(std::uint32_t link_type, View frame);

}  // namespace rdpdoctor::wire
