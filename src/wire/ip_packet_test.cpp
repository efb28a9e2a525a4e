#include "wire/ip_packet.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

Bytes bytes_of(std::string_view hex_text) {
  return from_hex(hex_text).value();
}

// 127.0.0.1:3389 answers 127.0.0.1:40000's SYN: TTL 64, MSS 65495.
constexpr std::string_view syn_ack_ip = "4500003c00004000400600007f0000017f000001";
constexpr std::string_view syn_ack =
    "0d3d9c40 01020304 0a0b0c0d a0 12 ffcb fe30 0000 0204ffd7 0402080a 0000000100000002 01030307";

}  // namespace

TEST_CASE("an IPv4 header is read field by field") {
  const auto header = decode_ipv4_header(bytes_of(syn_ack_ip));
  REQUIRE(header.has_value());
  CHECK(header->header_bytes == 20);
  CHECK(header->ttl == 64);
  CHECK(header->protocol == protocol_tcp);
  CHECK(header->source == IpAddress{127, 0, 0, 1});
  CHECK(header->destination == IpAddress{127, 0, 0, 1});
}

TEST_CASE("IPv4 options belong to the header") {
  Bytes bytes = bytes_of(syn_ack_ip);
  bytes[0] = 0x46;
  CHECK(!decode_ipv4_header(bytes).has_value());
  bytes.resize(24);
  CHECK(decode_ipv4_header(bytes).value().header_bytes == 24);
}

TEST_CASE("what is no IPv4 header says which field is wrong") {
  Bytes bytes = bytes_of(syn_ack_ip);
  bytes[0] = 0x65;
  CHECK(decode_ipv4_header(bytes).error().field == "Version");
  bytes[0] = 0x44;
  CHECK(decode_ipv4_header(bytes).error().field == "IHL");
}

TEST_CASE("a SYN-ACK is read with its MSS option") {
  const auto segment = decode_tcp_segment(bytes_of(syn_ack));
  REQUIRE(segment.has_value());
  CHECK(segment->source_port == 3389);
  CHECK(segment->destination_port == 40000);
  CHECK(segment->sequence == 0x01020304);
  CHECK(segment->syn);
  CHECK(segment->ack);
  CHECK(!segment->rst);
  CHECK(!segment->fin);
  CHECK(segment->header_bytes == 40);
  CHECK(segment->mss == 65495);
}

TEST_CASE("RST and FIN are told apart") {
  Bytes bytes = bytes_of(syn_ack);
  bytes[13] = 0x14;
  CHECK(decode_tcp_segment(bytes).value().rst);
  CHECK(!decode_tcp_segment(bytes).value().syn);
  bytes[13] = 0x11;
  CHECK(decode_tcp_segment(bytes).value().fin);
}

TEST_CASE("options that make no sense hide the MSS and nothing else") {
  for (const std::string_view options : {"0200ffd7", "02ffffd7", "0203ffd7", "00020400", "01010102"}) {
    Bytes bytes = bytes_of(syn_ack);
    bytes.resize(20);
    bytes[12] = 0x60;
    const Bytes extra = bytes_of(options);
    bytes.insert(bytes.end(), extra.begin(), extra.end());
    const auto segment = decode_tcp_segment(bytes);
    REQUIRE(segment.has_value());
    CHECK(segment->mss == 0);
    CHECK(segment->header_bytes == 24);
  }
}

TEST_CASE("every truncation of a header is an error") {
  const Bytes ip = bytes_of(syn_ack_ip);
  for (std::size_t n = 0; n < ip.size(); ++n) CHECK(!decode_ipv4_header(View(ip).first(n)).has_value());
  const Bytes tcp = bytes_of(syn_ack);
  for (std::size_t n = 0; n < tcp.size(); ++n) CHECK(!decode_tcp_segment(View(tcp).first(n)).has_value());
  CHECK(decode_tcp_segment(bytes_of("0d3d9c4001020304 0a0b0c0d 40 12 ffcb fe30 0000")).error().field ==
        "Data Offset");
}

TEST_CASE("distances between sequence numbers wrap") {
  CHECK(sequence_distance(10, 25) == 15);
  CHECK(sequence_distance(25, 10) == -15);
  CHECK(sequence_distance(0xfffffff0U, 0x10) == 32);
  CHECK(sequence_distance(0x10, 0xfffffff0U) == -32);
}
