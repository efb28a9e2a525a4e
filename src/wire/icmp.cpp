// Decodes ICMP errors, encodes and decodes echo.
#include "wire/icmp.h"

#include <algorithm>

namespace rdpdoctor::wire {
namespace {

struct Types {
  std::uint8_t request;
  std::uint8_t reply;
};
constexpr Types types_of(IpVersion version) {
  return version == IpVersion::v4 ? Types{8, 0} : Types{128, 129};
}

// RFC 792: destination unreachable, source quench, time exceeded, parameter problem; RFC 4443 3: destination
// unreachable, packet too big, time exceeded, parameter problem.
bool is_error(IpVersion version, int type) {
  if (version == IpVersion::v4) return type == 3 || type == 4 || type == 11 || type == 12;
  return 1 <= type && type <= 4;
}

void read_ports(Reader& in, IcmpError& error) {
  error.source_port = in.u16be("quoted Source Port");
  error.destination_port = in.u16be("quoted Destination Port");
}

void read_quoted_ipv4(Reader& in, IcmpError& error) {
  const std::size_t at = in.offset();
  const View quoted = in.rest();
  const auto header = decode_ipv4_header(quoted);
  if (!header) {
    in.fail("quoted IP header", header.error().reason);
    return;
  }
  error.source = header->source;
  error.destination = header->destination;
  error.protocol = header->protocol;
  Reader ports(quoted.subspan(header->header_bytes), at + header->header_bytes);
  read_ports(ports, error);
  in.absorb(ports);
}

void read_quoted_ipv6(Reader& in, IcmpError& error) {
  const std::uint8_t version = in.u8("quoted Version");
  if (in.ok() && version >> 4 != 6) in.fail("quoted Version", "not 6");
  in.skip(5, "quoted Traffic Class … Payload Length");
  error.protocol = in.u8("quoted Next Header");
  in.skip(1, "quoted Hop Limit");
  std::ranges::copy(in.bytes(16, "quoted Source Address"), error.source.begin());
  std::ranges::copy(in.bytes(16, "quoted Destination Address"), error.destination.begin());
  read_ports(in, error);
}

Decoded<IcmpEcho> decode_echo(std::uint8_t type, View bytes) {
  Reader in(bytes);
  IcmpEcho echo;
  if (in.u8("Type") != type && in.ok()) in.fail("Type", "another message");
  if (in.u8("Code") != 0 && in.ok()) in.fail("Code", "not 0");
  in.skip(2, "Checksum");
  echo.identifier = in.u16be("Identifier");
  echo.sequence = in.u16be("Sequence Number");
  if (!in.ok()) return std::unexpected(*in.error());
  return echo;
}

}  // namespace

namespace {

IcmpSays says_unreachable4(int code) {
  switch (code) {
    case 0:
    case 6:
    case 11: return IcmpSays::network_unreachable;
    case 1:
    case 7:
    case 8:
    case 12: return IcmpSays::host_unreachable;
    case 2: return IcmpSays::protocol_unreachable;
    case 3: return IcmpSays::port_unreachable;
    case 4: return IcmpSays::too_big;
    case 9:
    case 10:
    case 13:
    case 14:
    case 15: return IcmpSays::prohibited;
    default: return IcmpSays::other;
  }
}

IcmpSays says_unreachable6(int code) {
  switch (code) {
    case 0:
    case 2: return IcmpSays::network_unreachable;
    case 1:
    case 5:
    case 6: return IcmpSays::prohibited;
    case 3: return IcmpSays::host_unreachable;
    case 4: return IcmpSays::port_unreachable;
    default: return IcmpSays::other;
  }
}

}  // namespace

IcmpSays icmp_says(IpVersion version, int type, int code) {
  if (version == IpVersion::v4) {
    if (type == 11) return IcmpSays::host_unreachable;
    return type == 3 ? says_unreachable4(code) : IcmpSays::other;
  }
  if (type == 3) return IcmpSays::host_unreachable;
  if (type == 2) return IcmpSays::too_big;
  return type == 1 ? says_unreachable6(code) : IcmpSays::other;
}

Decoded<IcmpError> decode_icmp_error(IpVersion version, View bytes) {
  Reader in(bytes);
  IcmpError error;
  error.type = in.u8("Type");
  error.code = in.u8("Code");
  in.skip(2, "Checksum");
  const std::uint32_t rest = in.u32be("Rest of Header");
  if (in.ok() && !is_error(version, error.type)) in.fail("Type", "no error message");
  if (version == IpVersion::v4) {
    // RFC 1191 4: the low half; zero from a router older than that.
    if (error.type == 3 && error.code == 4) error.path_mtu = rest & 0xffffU;
    read_quoted_ipv4(in, error);
  } else {
    if (error.type == 2) error.path_mtu = rest;
    read_quoted_ipv6(in, error);
  }
  if (!in.ok()) return std::unexpected(*in.error());
  return error;
}

Bytes icmp_echo_request(IpVersion version, const IcmpEcho& echo, std::size_t size) {
  Writer out;
  out.u8(types_of(version).request).u8(0).u16be(0);
  out.u16be(echo.identifier).u16be(echo.sequence);
  while (out.size() < size) out.u8(static_cast<std::uint8_t>(out.size()));
  if (version == IpVersion::v4) out.patch_u16be(2, internet_checksum(out.view()));
  return out.take();
}

Decoded<IcmpEcho> decode_icmp_echo_reply(IpVersion version, View bytes) {
  return decode_echo(types_of(version).reply, bytes);
}

Decoded<IcmpEcho> decode_icmp_echo_request(IpVersion version, View bytes) {
  return decode_echo(types_of(version).request, bytes);
}

std::uint16_t internet_checksum(View bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] * 256U : bytes[i];
  while (0xffff < sum) sum = (sum & 0xffffU) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace rdpdoctor::wire
