#include "wire/rdpudp2.h"

#include <utility>

namespace rdpdoctor::wire {
namespace {

constexpr std::size_t least_packet = 8;  // "packet length greater than 7", [MS-RDPEUDP2] 3.1.1.1.5.2
constexpr std::size_t whole = 7;         // Short_Packet_Length of a packet that is not padded

}  // namespace

Decoded<Rdpudp2Packet> decode_rdpudp2(View datagram) {
  Reader sizes(datagram);
  if (datagram.size() < least_packet) sizes.fail("PacketPrefixByte", "not enough bytes");
  if (sizes.error()) return std::unexpected(*sizes.error());
  Bytes bytes(datagram.begin(), datagram.end());
  std::swap(bytes[0], bytes[7]);
  Reader r(bytes);
  const unsigned prefix = r.u8("PacketPrefixByte");  // A: lowest bit, B: four bits, C: highest three
  const std::size_t length = prefix >> 5;
  const std::size_t cut = whole - length;
  Reader packet = r.sub(r.left() < cut ? 0 : r.left() - cut, "Short_Packet_Length");
  const unsigned header = packet.u16le("Header");
  const View rest = packet.rest();
  r.absorb(packet);
  if (r.error()) return std::unexpected(*r.error());
  return Rdpudp2Packet{.packet_type = static_cast<std::uint8_t>(prefix >> 1 & 0xF),
                       .flags = static_cast<std::uint16_t>(header & 0xFFF),
                       .log_window_size = static_cast<std::uint8_t>(header >> 12),
                       .payloads = Bytes(rest.begin(), rest.end())};
}

}  // namespace rdpdoctor::wire
