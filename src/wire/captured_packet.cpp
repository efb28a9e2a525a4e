// From the frame to the transport, layer by layer. Lengths are the headers' own: what Ethernet pads a short
// frame with belongs to nobody.
#include "wire/captured_packet.h"

#include <algorithm>

#include "base/ip_text.h"
#include "fmt/core.h"

namespace rdpdoctor::wire {
namespace {

constexpr std::uint16_t ethertype_ipv4 = 0x0800;
constexpr std::uint16_t ethertype_ipv6 = 0x86dd;
constexpr std::uint16_t ethertype_vlan = 0x8100;
constexpr std::uint16_t ethertype_service_vlan = 0x88a8;
constexpr std::uint16_t ethertype_old_service_vlan = 0x9100;
constexpr std::uint16_t ethertype_pppoe_session = 0x8864;

constexpr std::uint8_t protocol_icmp = 1;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint8_t protocol_icmpv6 = 58;
constexpr std::uint8_t next_hop_by_hop = 0;
constexpr std::uint8_t next_routing = 43;
constexpr std::uint8_t next_fragment = 44;
constexpr std::uint8_t next_authentication = 51;
constexpr std::uint8_t next_destination_options = 60;

// What an IP header says of what it carries.
struct Carried {
  IpVersion version = IpVersion::v4;
  std::uint8_t protocol = 0;
  bool later_fragment = false;
  View bytes;                // as captured, without padding
  std::uint32_t length = 0;  // as told
};

std::uint16_t behind_vlan_tags(Reader& in, std::uint16_t ethertype) {
  constexpr int most_tags = 8;
  for (int i = 0; i < most_tags; ++i) {
    if (ethertype != ethertype_vlan && ethertype != ethertype_service_vlan &&
        ethertype != ethertype_old_service_vlan)
      break;
    in.skip(2, "VLAN tag");
    ethertype = in.u16be("EtherType");
  }
  return ethertype;
}

// RFC 2516 4 and RFC 1332 2, RFC 5072 2.
std::uint16_t behind_pppoe(Reader& in) {
  in.skip(6, "PPPoE header");
  switch (in.u16be("PPP Protocol")) {
    case 0x0021: return ethertype_ipv4;
    case 0x0057: return ethertype_ipv6;
    default: return 0;
  }
}

// Raw IP tells its version itself.
std::uint16_t by_version(Reader in) {
  switch (in.u8("Version") >> 4) {
    case 4: return ethertype_ipv4;
    case 6: return ethertype_ipv6;
    default: return 0;
  }
}

// An address family in the byte order of whoever captured; IPv6 has other numbers on each system.
std::uint16_t by_family(std::uint32_t family) {
  if (family > 0xffff) {
    family = (family & 0xffU) << 24 | (family & 0xff00U) << 8 | (family >> 8 & 0xff00U) | family >> 24;
  }
  switch (family) {
    case 2: return ethertype_ipv4;
    case 10:
    case 23:
    case 24:
    case 28:
    case 30: return ethertype_ipv6;
    default: return 0;
  }
}

// The EtherType of what follows; 0 for what is none of ours.
std::uint16_t enter_frame(std::uint32_t link_type, Reader& in) {
  std::uint16_t ethertype = 0;
  switch (link_type) {
    case 1:  // Ethernet
      in.skip(12, "MAC addresses");
      ethertype = behind_vlan_tags(in, in.u16be("EtherType"));
      break;
    case 113:  // Linux cooked v1
      in.skip(14, "cooked header");
      ethertype = behind_vlan_tags(in, in.u16be("Protocol type"));
      break;
    case 276:  // Linux cooked v2
      ethertype = in.u16be("Protocol type");
      in.skip(18, "cooked header");
      ethertype = behind_vlan_tags(in, ethertype);
      break;
    case 0:    // BSD loopback
    case 108:  // OpenBSD loopback
      return by_family(in.u32be("address family"));
    case 12:  // raw IP, as some systems number it
    case 14:
    case 101: return by_version(in);
    case 228: return ethertype_ipv4;
    case 229: return ethertype_ipv6;
    default: return 0;
  }
  return ethertype == ethertype_pppoe_session ? behind_pppoe(in) : ethertype;
}

IpAddress address(Reader& in, std::size_t bytes, std::string_view field) {
  IpAddress out{};
  std::ranges::copy(in.bytes(bytes, field), out.begin());
  return out;
}

// As much of the packet as was captured and belongs to it. A total of 0 is a segment that the network card
// was still to cut.
View belonging(View rest, std::size_t header, std::uint32_t total) {
  if (total == 0) return rest;
  const std::size_t length = total < header ? 0 : total - header;
  return rest.first(std::min(rest.size(), length));
}

Carried enter_ipv4(Reader& in, DecodedPacket& out) {
  Carried carried;
  const std::uint8_t version_and_length = in.u8("Version, IHL");
  const std::uint32_t header = 4U * (version_and_length & 0x0fU);
  if (in.ok() && version_and_length >> 4 != 4) in.fail("Version", "not 4");
  if (in.ok() && header < 20) in.fail("IHL", "below 5");
  in.skip(1, "Type of Service");
  const std::uint32_t total = in.u16be("Total Length");
  out.ip_id = in.u16be("Identification");
  const std::uint16_t fragment = in.u16be("Flags, Fragment Offset");
  out.ttl = in.u8("Time to Live");
  carried.protocol = in.u8("Protocol");
  in.skip(2, "Header Checksum");
  out.from.address = address(in, 4, "Source Address");
  out.to.address = address(in, 4, "Destination Address");
  if (in.ok()) in.skip(header - 20, "Options");
  if (in.ok() && total != 0 && total < header) in.fail("Total Length", "below the header's");
  carried.later_fragment = (fragment & 0x1fffU) != 0;
  out.fragment = (fragment & 0x2000U) != 0;
  const View rest = in.rest();
  carried.bytes = belonging(rest, header, total);
  carried.length = total == 0 ? static_cast<std::uint32_t>(rest.size()) : total - header;
  out.ip_bytes = header + carried.length;
  return carried;
}

// RFC 8200 4: each says what is next and how long it is itself.
void pass_extension_headers(Reader& in, Carried& carried, DecodedPacket& out) {
  constexpr int most_headers = 16;
  for (int i = 0; i < most_headers && in.ok() && !carried.later_fragment; ++i) {
    const std::uint8_t kind = carried.protocol;
    if (kind != next_hop_by_hop && kind != next_routing && kind != next_fragment &&
        kind != next_authentication && kind != next_destination_options)
      return;
    carried.protocol = in.u8("Next Header");
    const std::uint32_t length = in.u8("Hdr Ext Len");
    if (kind == next_fragment) {
      const std::uint16_t offset = in.u16be("Fragment Offset");
      carried.later_fragment = (offset & 0xfff8U) != 0;
      out.fragment = (offset & 1U) != 0;
      in.skip(4, "Identification");
    } else {
      in.skip((kind == next_authentication ? 4 * (length + 2) : 8 * (length + 1)) - 2, "extension header");
    }
  }
}

Carried enter_ipv6(Reader& in, DecodedPacket& out) {
  Carried carried;
  carried.version = IpVersion::v6;
  out.from.v6 = out.to.v6 = true;
  if (in.u8("Version") >> 4 != 6 && in.ok()) in.fail("Version", "not 6");
  in.skip(3, "Traffic Class, Flow Label");
  const std::uint32_t told = in.u16be("Payload Length");
  carried.protocol = in.u8("Next Header");
  out.ttl = in.u8("Hop Limit");
  out.from.address = address(in, 16, "Source Address");
  out.to.address = address(in, 16, "Destination Address");
  const View rest = in.rest();
  if (!in.ok()) return carried;
  const View bytes = told == 0 ? rest : rest.first(std::min<std::size_t>(rest.size(), told));
  const auto length = told == 0 ? static_cast<std::uint32_t>(rest.size()) : told;
  Reader inner(bytes, in.offset() - rest.size());
  pass_extension_headers(inner, carried, out);
  carried.bytes = inner.rest();
  carried.length = length - static_cast<std::uint32_t>(bytes.size() - carried.bytes.size());
  in.absorb(inner);
  out.ip_bytes = 40 + length;
  return carried;
}

void enter_tcp(const Carried& carried, Reader& in, DecodedPacket& out) {
  Reader header(carried.bytes);
  header.skip(8, "ports, Sequence Number");
  out.acknowledgment = header.u32be("Acknowledgment Number");
  header.skip(2, "Data Offset, Control bits");
  out.window = header.u16be("Window");
  auto segment = decode_tcp_segment(carried.bytes);
  if (!segment) return in.fail(segment.error().field, segment.error().reason);
  if (carried.length < segment->header_bytes) return in.fail("Data Offset", "beyond the packet");
  out.kind = DecodedPacket::Kind::tcp;
  out.tcp = *segment;
  out.from.port = segment->source_port;
  out.to.port = segment->destination_port;
  out.payload = carried.bytes.subspan(segment->header_bytes);
  out.payload_bytes = carried.length - static_cast<std::uint32_t>(segment->header_bytes);
}

void enter_udp(const Carried& carried, Reader& in, DecodedPacket& out) {
  constexpr std::uint32_t header_bytes = 8;
  Reader header(carried.bytes);
  out.from.port = header.u16be("Source Port");
  out.to.port = header.u16be("Destination Port");
  header.skip(4, "Length, Checksum");
  if (!header.ok()) return in.absorb(header);
  out.kind = DecodedPacket::Kind::udp;
  out.payload = header.rest();
  out.payload_bytes = carried.length - std::min(carried.length, header_bytes);
}

// Other messages than errors, and errors about what is neither TCP nor UDP, are none of ours.
void enter_icmp(const Carried& carried, DecodedPacket& out) {
  auto error = decode_icmp_error(carried.version, carried.bytes);
  if (!error || (error->protocol != protocol_tcp && error->protocol != protocol_udp)) return;
  out.kind = DecodedPacket::Kind::icmp_error;
  out.icmp_type = error->type;
  out.icmp_code = error->code;
  out.path_mtu = error->path_mtu;
  const bool v6 = carried.version == IpVersion::v6;
  out.about_from = {.address = error->source, .v6 = v6, .port = error->source_port};
  out.about_to = {.address = error->destination, .v6 = v6, .port = error->destination_port};
  out.about_tcp = error->protocol == protocol_tcp;
}

}  // namespace

bool knows_link_type(std::uint32_t link_type) {
  constexpr std::array<std::uint32_t, 10> known{0, 1, 12, 14, 101, 108, 113, 228, 229, 276};
  return std::ranges::count(known, link_type) > 0;
}

Decoded<DecodedPacket> decode_frame(std::uint32_t link_type, View frame) {
  Reader in(frame);
  DecodedPacket out;
  const std::uint16_t ethertype = enter_frame(link_type, in);
  if (in.ok() && ethertype != ethertype_ipv4 && ethertype != ethertype_ipv6) return out;
  const Carried carried = ethertype == ethertype_ipv6 ? enter_ipv6(in, out) : enter_ipv4(in, out);
  if (in.ok() && !carried.later_fragment) {
    const bool v4 = carried.version == IpVersion::v4;
    if (carried.protocol == protocol_tcp) enter_tcp(carried, in, out);
    if (carried.protocol == protocol_udp) enter_udp(carried, in, out);
    if (carried.protocol == (v4 ? protocol_icmp : protocol_icmpv6)) enter_icmp(carried, out);
  }
  if (!in.ok()) return std::unexpected(*in.error());
  return out;
}

std::string address_text(const Endpoint& endpoint) {
  return ip_text(View(endpoint.address).first(endpoint.v6 ? 16 : 4));
}

std::string to_text(const Endpoint& endpoint) {
  const std::string address = address_text(endpoint);
  return endpoint.v6 ? fmt::format("[{}]:{}", address, endpoint.port)
                     : fmt::format("{}:{}", address, endpoint.port);
}

}  // namespace rdpdoctor::wire
