#include "wire/icmp.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

Bytes bytes_of(std::string_view hex_text) {
  return from_hex(hex_text).value();
}

// A router wants no more than 1400 bytes of a TCP packet from 10.0.0.1:40000 to 10.9.0.2:3389.
constexpr std::string_view too_big4 =
    "0304 beef 00000578 450005dc0001400040060000 0a000001 0a090002 9c400d3d 01020304";
// The same for 2001:db8::1 to 2001:db8:9::2.
constexpr std::string_view too_big6 =
    "0200 beef 00000578 6000000000280640 20010db8000000000000000000000001 20010db8000900000000000000000002"
    "9c400d3d 01020304";

}  // namespace

TEST_CASE("fragmentation needed: the next hop's MTU and whose packet it was") {
  const auto error = decode_icmp_error(IpVersion::v4, bytes_of(too_big4));
  REQUIRE(error.has_value());
  CHECK(error->type == 3);
  CHECK(error->code == 4);
  CHECK(error->path_mtu == 1400);
  CHECK(error->destination == IpAddress{10, 9, 0, 2});
  CHECK(error->protocol == protocol_tcp);
  CHECK(error->source_port == 40000);
  CHECK(error->destination_port == 3389);
}

TEST_CASE("packet too big: the same in IPv6") {
  const auto error = decode_icmp_error(IpVersion::v6, bytes_of(too_big6));
  REQUIRE(error.has_value());
  CHECK(error->type == 2);
  CHECK(error->path_mtu == 1400);
  CHECK(error->destination == IpAddress{0x20, 0x01, 0x0d, 0xb8, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
  CHECK(error->protocol == protocol_tcp);
  CHECK(error->source_port == 40000);
  CHECK(error->destination_port == 3389);
}

TEST_CASE("only fragmentation needed has an MTU") {
  Bytes bytes = bytes_of(too_big4);
  bytes[1] = 13;  // administratively prohibited
  const auto error = decode_icmp_error(IpVersion::v4, bytes);
  REQUIRE(error.has_value());
  CHECK(error->code == 13);
  CHECK(error->path_mtu == 0);
}

TEST_CASE("other messages than errors are none") {
  Bytes bytes = bytes_of(too_big4);
  bytes[0] = 8;
  CHECK(decode_icmp_error(IpVersion::v4, bytes).error().field == "Type");
  bytes = bytes_of(too_big6);
  bytes[0] = 129;
  CHECK(decode_icmp_error(IpVersion::v6, bytes).error().field == "Type");
}

TEST_CASE("every truncation of a message that quotes no ports is an error") {
  const Bytes v4 = bytes_of(too_big4);
  for (std::size_t n = 0; n < v4.size() - 4; ++n) {
    CHECK(!decode_icmp_error(IpVersion::v4, View(v4).first(n)).has_value());
  }
  const Bytes v6 = bytes_of(too_big6);
  for (std::size_t n = 0; n < v6.size() - 4; ++n) {
    CHECK(!decode_icmp_error(IpVersion::v6, View(v6).first(n)).has_value());
  }
}

TEST_CASE("an echo request has the size asked for, and a right checksum in IPv4") {
  for (const std::size_t size : {8U, 9U, 64U, 1472U}) {
    const Bytes request = icmp_echo_request(IpVersion::v4, {.identifier = 7, .sequence = 3}, size);
    CHECK(request.size() == size);
    CHECK(request[0] == 8);
    CHECK(internet_checksum(request) == 0);
    const auto quoted = decode_icmp_echo_request(IpVersion::v4, request);
    REQUIRE(quoted.has_value());
    CHECK(quoted->identifier == 7);
    CHECK(quoted->sequence == 3);
  }
  const Bytes request6 = icmp_echo_request(IpVersion::v6, {}, 8);
  CHECK(hex(request6) == "8000000000000000");
}

TEST_CASE("an echo reply is taken by its type, and every truncation refused") {
  Bytes reply = bytes_of("0000 0000 0007 0003 aabb");
  CHECK(decode_icmp_echo_reply(IpVersion::v4, reply).value().sequence == 3);
  CHECK(!decode_icmp_echo_reply(IpVersion::v6, reply).has_value());
  CHECK(!decode_icmp_echo_request(IpVersion::v4, reply).has_value());
  for (std::size_t n = 0; n < icmp_header_bytes; ++n) {
    CHECK(!decode_icmp_echo_reply(IpVersion::v4, View(reply).first(n)).has_value());
  }
  reply[0] = 129;
  CHECK(decode_icmp_echo_reply(IpVersion::v6, reply).value().identifier == 7);
  reply[1] = 1;
  CHECK(decode_icmp_echo_reply(IpVersion::v6, reply).error().field == "Code");
}

TEST_CASE("the checksum of RFC 1071's example") {
  CHECK(internet_checksum(bytes_of("0001f203f4f5f6f7")) == 0x220d);
}

TEST_CASE("what an error says of the way, by version, type and code") {
  CHECK(icmp_says(IpVersion::v4, 3, 0) == IcmpSays::network_unreachable);
  CHECK(icmp_says(IpVersion::v4, 3, 1) == IcmpSays::host_unreachable);
  CHECK(icmp_says(IpVersion::v4, 11, 0) == IcmpSays::host_unreachable);
  CHECK(icmp_says(IpVersion::v4, 3, 3) == IcmpSays::port_unreachable);
  CHECK(icmp_says(IpVersion::v4, 3, 4) == IcmpSays::too_big);
  CHECK(icmp_says(IpVersion::v4, 3, 13) == IcmpSays::prohibited);
  CHECK(icmp_says(IpVersion::v4, 3, 99) == IcmpSays::other);
  CHECK(icmp_says(IpVersion::v4, 8, 0) == IcmpSays::other);
  CHECK(icmp_says(IpVersion::v6, 1, 0) == IcmpSays::network_unreachable);
  CHECK(icmp_says(IpVersion::v6, 1, 1) == IcmpSays::prohibited);
  CHECK(icmp_says(IpVersion::v6, 1, 4) == IcmpSays::port_unreachable);
  CHECK(icmp_says(IpVersion::v6, 2, 0) == IcmpSays::too_big);
  CHECK(icmp_says(IpVersion::v6, 3, 0) == IcmpSays::host_unreachable);
  CHECK(icmp_says(IpVersion::v6, 128, 0) == IcmpSays::other);
}
