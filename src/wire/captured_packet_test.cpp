#include "wire/captured_packet.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/capture_writer.h"

namespace rdpdoctor::wire {
namespace {

using Kind = DecodedPacket::Kind;
using test::TestPacket;

Bytes joined(Bytes front, const Bytes& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

// "from > to payload", or what went wrong.
std::string told(std::uint32_t link_type, const Bytes& frame) {
  auto packet = decode_frame(link_type, frame);
  if (!packet) return to_text(packet.error());
  if (packet->kind == Kind::other) return "other";
  return to_text(packet->from) + " > " + to_text(packet->to) + " " + hex(packet->payload);
}

const std::string plain = "10.0.0.1:50000 > 10.0.0.2:3389 010203";
const std::string plain_v6 = "[2001:db8::1]:50000 > [2001:db8::2]:3389 010203";

TestPacket with_payload(bool v6 = false) {
  TestPacket p;
  p.payload = {1, 2, 3};
  p.v6 = v6;
  return p;
}

// An IPv6 packet whose extension headers are `extensions`; `next` is the first of them.
Bytes with_extensions(std::uint8_t next, const Bytes& extensions) {
  const Bytes tcp = test::transport(with_payload(true));
  return test::ip_packet(next, true, joined(extensions, tcp), 64, 0, true);
}

}  // namespace

TEST_CASE("every link type leads to the same segment") {
  const Bytes v4 = test::ip_packet(with_payload());
  const Bytes v6 = test::ip_packet(with_payload(true));
  const Bytes mac(12, 2);
  CHECK(told(1, test::ethernet(v4)) == plain);
  CHECK(told(1, test::ethernet(v6)) == plain_v6);
  CHECK(told(1, joined(mac, joined({0x81, 0, 0, 5, 8, 0}, v4))) == plain);
  CHECK(told(1, joined(mac, joined({0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0}, v4))) == plain);
  CHECK(told(1, joined(mac, joined({0x88, 0x64, 0x11, 0, 0, 1, 0, 45, 0, 0x21}, v4))) == plain);
  CHECK(told(113, joined(joined(Bytes(14, 0), {8, 0}), v4)) == plain);
  CHECK(told(276, joined(joined({0x86, 0xdd}, Bytes(18, 0)), v6)) == plain_v6);
  for (std::uint32_t raw : {12U, 14U, 101U}) {
    CHECK(told(raw, v4) == plain);
    CHECK(told(raw, v6) == plain_v6);
  }
  CHECK(told(228, v4) == plain);
  CHECK(told(229, v6) == plain_v6);
  CHECK(told(0, joined({2, 0, 0, 0}, v4)) == plain);
  CHECK(told(0, joined({0, 0, 0, 2}, v4)) == plain);
  CHECK(told(0, joined({30, 0, 0, 0}, v6)) == plain_v6);
  CHECK(told(108, joined({0, 0, 0, 24}, v6)) == plain_v6);
}

TEST_CASE("what is none of ours is no error") {
  CHECK(told(1, joined(Bytes(12, 2), {8, 6, 0, 1})) == "other");                       // ARP
  CHECK(told(1, joined(Bytes(12, 2), Bytes(40, 1))) == "other");                       // 802.3
  CHECK(told(105, Bytes(60, 8)) == "other");                                           // 802.11
  CHECK(told(101, test::ip_packet(47, true, Bytes(20, 1), 64, 0, false)) == "other");  // GRE
  CHECK(knows_link_type(1));
  CHECK_FALSE(knows_link_type(105));
}

TEST_CASE("what Ethernet pads a frame with is no payload") {
  TestPacket p;
  auto packet = decode_frame(1, test::ethernet(test::ip_packet(p), 60));
  REQUIRE(packet.has_value());
  CHECK(packet->kind == Kind::tcp);
  CHECK(packet->payload.empty());
  CHECK(packet->payload_bytes == 0);
  CHECK(packet->ip_bytes == 40);
}

TEST_CASE("the header's facts are told") {
  TestPacket p;
  p.flags = "SA";
  p.sequence = 77;
  p.acknowledgment = 99;
  p.mss = 1380;
  p.ttl = 57;
  p.ip_id = 4711;
  auto packet = decode_frame(101, test::ip_packet(p));
  REQUIRE(packet.has_value());
  CHECK(packet->tcp.syn);
  CHECK(packet->tcp.ack);
  CHECK_FALSE(packet->tcp.rst);
  CHECK(packet->tcp.sequence == 77);
  CHECK(packet->acknowledgment == 99);
  CHECK(packet->window == 64000);
  CHECK(packet->tcp.mss == 1380);
  CHECK(packet->ttl == 57);
  CHECK(packet->ip_id == 4711);
}

TEST_CASE("a total length of 0 is a segment that the network card was still to cut") {
  Bytes ip = test::ip_packet(with_payload());
  ip[2] = ip[3] = 0;
  CHECK(told(101, ip) == plain);
}

TEST_CASE("a packet that was captured in part says how long it was") {
  TestPacket p;
  p.payload = Bytes(1000, 5);
  const Bytes ip = test::ip_packet(p);
  auto packet = decode_frame(101, View(ip).first(140));
  REQUIRE(packet.has_value());
  CHECK(packet->payload.size() == 100);
  CHECK(packet->payload_bytes == 1000);
}

TEST_CASE("IPv4 options are passed over, of fragments only the first has ports") {
  Bytes ip = test::ip_packet(with_payload());
  Bytes options = ip;
  options[0] = 0x46;
  options[3] = static_cast<std::uint8_t>(options[3] + 4);
  options.insert(options.begin() + 20, {1, 1, 1, 0});
  CHECK(told(101, options) == plain);
  ip[6] = 0x20;
  auto first = decode_frame(101, ip);
  REQUIRE(first.has_value());
  CHECK(first->fragment);
  CHECK(first->kind == Kind::tcp);
  ip[7] = 5;
  CHECK(told(101, ip) == "other");
}

TEST_CASE("IPv6 extension headers are passed over, of fragments only the first has ports") {
  CHECK(told(101, with_extensions(0, {60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0})) == plain_v6);
  CHECK(told(101, with_extensions(51, joined({6, 1}, Bytes(10, 0)))) == plain_v6);
  CHECK(told(101, with_extensions(44, {6, 0, 0, 1, 0, 0, 0, 9})) == plain_v6);
  CHECK(told(101, with_extensions(44, {6, 0, 0, 9, 0, 0, 0, 9})) == "other");
  CHECK(told(101, with_extensions(43, {6, 255, 0, 0, 0, 0, 0, 0})).find("extension header") !=
        std::string::npos);
}

TEST_CASE("a UDP datagram has its payload") {
  TestPacket p = with_payload();
  p.udp = true;
  CHECK(told(101, test::ip_packet(p)) == plain);
  CHECK(decode_frame(101, test::ip_packet(p))->kind == Kind::udp);
}

TEST_CASE("an ICMP error says which connection it is about") {
  auto packet = decode_frame(101, test::icmp_about(with_payload(), 3, 4, 1400));
  REQUIRE(packet.has_value());
  CHECK(packet->kind == Kind::icmp_error);
  CHECK(packet->icmp_type == 3);
  CHECK(packet->icmp_code == 4);
  CHECK(packet->path_mtu == 1400);
  CHECK(packet->about_tcp);
  CHECK(address_text(packet->from) == "10.0.0.9");
  CHECK(to_text(packet->about_from) == "10.0.0.1:50000");
  CHECK(to_text(packet->about_to) == "10.0.0.2:3389");
  CHECK(told(101, test::icmp_about(with_payload(), 8, 0, 0)) == "other");
}

TEST_CASE("a frame that is cut off anywhere is an error or a smaller payload, and never read beyond") {
  for (bool v6 : {false, true}) {
    const Bytes frame = test::ethernet(test::ip_packet(with_payload(v6)));
    for (std::size_t n = 0; n < frame.size(); ++n) {
      CAPTURE(n);
      const Bytes part(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(n));
      auto packet = decode_frame(1, part);
      CHECK(packet.has_value() == (frame.size() - 3 <= n));
      if (packet) CHECK(packet->payload.size() == n + 3 - frame.size());
    }
  }
}

TEST_CASE("addresses are written as RFC 5952 has them") {
  Endpoint e{.v6 = true, .port = 3389};
  CHECK(to_text(e) == "[::]:3389");
  e.address[15] = 1;
  CHECK(address_text(e) == "::1");
  e.address[0] = 0xfe;
  e.address[1] = 0x80;
  CHECK(address_text(e) == "fe80::1");
  e.address = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0};
  CHECK(address_text(e) == "2001:db8:0:1::1:0");
  e.address = {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 0, 0, 8};
  CHECK(address_text(e) == "1:2:3:4:5:6:0:8");
}

}  // namespace rdpdoctor::wire
