// Decodes IPv4 headers and TCP segments.
#include "wire/ip_packet.h"

#include <algorithm>

namespace rdpdoctor::wire {
namespace {

constexpr std::size_t least_header = 20;  // of IPv4 and of TCP

IpAddress ipv4_address(Reader& in, std::string_view field) {
  IpAddress address{};
  std::ranges::copy(in.bytes(4, field), address.begin());
  return address;
}

// Options that make no sense end the search; they are the peer's affair.
std::uint16_t mss_in(View options) {
  constexpr std::uint8_t end_of_options = 0;
  constexpr std::uint8_t no_operation = 1;
  constexpr std::uint8_t maximum_segment_size = 2;
  while (!options.empty() && options[0] != end_of_options) {
    if (options[0] == no_operation) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] < 2 || options.size() < options[1]) return 0;
    if (options[0] == maximum_segment_size && options[1] == 4) {
      return static_cast<std::uint16_t>(options[2] << 8 | options[3]);
    }
    options = options.subspan(options[1]);
  }
  return 0;
}

}  // namespace

Decoded<Ipv4Header> decode_ipv4_header(View bytes) {
  Reader in(bytes);
  Ipv4Header header;
  const std::uint8_t version_and_length = in.u8("Version, IHL");
  header.header_bytes = 4U * (version_and_length & 0x0fU);
  if (in.ok() && version_and_length >> 4 != 4) in.fail("Version", "not 4");
  if (in.ok() && header.header_bytes < least_header) in.fail("IHL", "below 5");
  in.skip(7, "Type of Service … Fragment Offset");
  header.ttl = in.u8("Time to Live");
  header.protocol = in.u8("Protocol");
  in.skip(2, "Header Checksum");
  header.source = ipv4_address(in, "Source Address");
  header.destination = ipv4_address(in, "Destination Address");
  if (in.ok()) in.skip(header.header_bytes - least_header, "Options");
  if (!in.ok()) return std::unexpected(*in.error());
  return header;
}

Decoded<TcpSegment> decode_tcp_segment(View bytes) {
  Reader in(bytes);
  TcpSegment segment;
  segment.source_port = in.u16be("Source Port");
  segment.destination_port = in.u16be("Destination Port");
  segment.sequence = in.u32be("Sequence Number");
  in.skip(4, "Acknowledgment Number");
  segment.header_bytes = 4U * (in.u8("Data Offset") >> 4);
  const std::uint8_t flags = in.u8("Control bits");
  in.skip(6, "Window … Urgent Pointer");
  if (in.ok() && segment.header_bytes < least_header) in.fail("Data Offset", "below 5");
  if (!in.ok()) return std::unexpected(*in.error());
  segment.fin = (flags & 0x01U) != 0;
  segment.syn = (flags & 0x02U) != 0;
  segment.rst = (flags & 0x04U) != 0;
  segment.ack = (flags & 0x10U) != 0;
  const View options = in.bytes(segment.header_bytes - least_header, "Options");
  if (!in.ok()) return std::unexpected(*in.error());
  segment.mss = mss_in(options);
  return segment;
}

}  // namespace rdpdoctor::wire
