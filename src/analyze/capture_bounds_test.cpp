// Captures that begin late, lose packets, hold too much, carry UDP, or are broken.
#include "support/capture_script.h"
#include "wire/rdpudp.h"

namespace rdpdoctor::analyze {

using evidence::Ending;
using evidence::TcpOutcome;
using evidence::UdpOutcome;
using evidence::X224Outcome;
using test::TestPacket;

TEST_CASE("a port that is used again begins another connection") {
  Script s;
  for (int i = 0; i < 2; ++i) {
    s.open();
    s.client("PA", request);
    s.host("PA", confirm);
    s.use_port(50000);
  }
  const Piece piece = read(s.bytes());
  REQUIRE(piece.connections.size() == 2);
  for (const auto& c : piece.connections) {
    CHECK(c.facts.x224.outcome == X224Outcome::confirmed);
    CHECK(c.facts.tcp.syn_retransmits.value == 0);
  }
  CHECK(piece.connections[0].facts.seen->at < piece.connections[1].facts.seen->at);
}

TEST_CASE("a connection that begins before the capture says so") {
  Script s;
  s.host("PA", Bytes(50, 0x17));
  s.client("A");
  s.client("PA", Bytes(30, 0x17));
  s.host("FA");
  const auto c = only(read(s.bytes()));
  CHECK(c.seen->begun_before);
  CHECK(c.seen->client == "10.0.0.1:50000");
  CHECK(c.tcp.outcome == TcpOutcome::connected);
  CHECK(c.tcp.connect_ms == 0);
  CHECK(c.x224.outcome != X224Outcome::not_rdp);
  CHECK(c.ending == Ending::fin);
  CHECK(c.bytes_received == 50);
}

TEST_CASE("the end of what came before the capture is no connection") {
  Script s;
  s.client("A");
  s.host("A");
  s.host("RA");
  CHECK(read(s.bytes()).connections.empty());
}

TEST_CASE("packets that the capture lost are counted, not waited for") {
  Script s;
  s.open();
  s.client("PA", request);
  s.host("PA", confirm);
  s.drop(false, 1000);
  s.host("PA", Bytes(200, 5));
  s.client("A");
  s.wait_ms(100);
  s.client("PA", Bytes(10, 1));
  const auto c = only(read(s.bytes()));
  CHECK(c.seen->lost == 1000);
  CHECK(c.tcp.packets.value.gaps == 0);
}

TEST_CASE("a large flight that stalls: the gap stays, and ICMP says why") {
  Script s;
  s.open();
  s.client("PA", request);
  s.host("PA", confirm);
  s.client("PA", Bytes(100, 0x16));
  const std::uint32_t missing_from = s.next(false);
  s.drop(false, 1460);
  s.host("PA", Bytes(300, 2));
  TestPacket dup = s.packet(true, "A", {});
  dup.acknowledgment = missing_from;
  s.put(dup);
  TestPacket large = s.packet(false, "A", Bytes(1460, 3));
  large.sequence = missing_from;
  s.frame(test::icmp_about(large, 3, 4, 1400));
  const auto c = only(read(s.bytes()));
  CHECK(c.tcp.packets.value.gaps == 1);
  CHECK(c.seen->lost == 0);
  REQUIRE(c.tcp.packets.value.icmp.size() == 1);
  CHECK(c.tcp.packets.value.icmp[0].path_mtu == 1400);
  CHECK(c.tcp.path_mtu.value == 1400);
  CHECK(c.tcp.outcome == TcpOutcome::connected);
}

TEST_CASE("of many connections to a host the first and the last are kept") {
  Script s;
  for (std::uint16_t i = 0; i < 10; ++i) {
    s.use_port(static_cast<std::uint16_t>(40000 + i));
    s.open();
    s.host("RA");
  }
  const Piece piece = read(s.bytes(), {.most_connections = 5});
  REQUIRE(piece.connections.size() == 5);
  CHECK(piece.connections[2].facts.seen->client == "10.0.0.1:40002");
  CHECK(piece.connections[3].facts.seen->client == "10.0.0.1:40008");
  CHECK(piece.read.left_out == 5);
}

TEST_CASE("a UDP SYN with its repeats is one exchange: answered, refused or silent") {
  const auto syn = wire::rdpudp_client_syn(wire::RDPUDP_PROTOCOL_VERSION_2, 4711);
  TestPacket ask;
  ask.udp = true;
  ask.payload = wire::encode(syn, 1232);
  TestPacket answer = ask;
  answer.from_client = false;
  answer.payload = wire::encode(wire::rdpudp_syn_ack(syn, wire::RDPUDP_PROTOCOL_VERSION_2, 99), 1232);
  Script silent;
  silent.put(ask);
  CHECK(read(silent.bytes()).udp.at(0).facts.outcome == UdpOutcome::waiting);
  silent.wait_ms(3000);
  silent.put(ask);
  Script answered;
  answered.put(ask);
  answered.put(ask);
  answered.put(answer);
  Script refused;
  refused.put(ask);
  refused.frame(test::icmp_about(ask, 3, 3, 0));
  const auto outcome = [](const Script& s) {
    const Piece piece = read(s.bytes());
    REQUIRE(piece.udp.size() == 1);
    CHECK(piece.udp[0].client == "10.0.0.1");
    CHECK(piece.udp[0].facts.address == "10.0.0.2");
    CHECK(piece.udp[0].facts.datagram_bytes == 1232);
    CHECK(piece.udp[0].facts.version == 2);
    return piece.udp[0].facts;
  };
  CHECK(outcome(silent).outcome == UdpOutcome::silent);
  CHECK(outcome(answered).outcome == UdpOutcome::answered);
  CHECK(outcome(answered).answer_version == 2);
  CHECK(outcome(answered).ms == 2);
  CHECK(outcome(answered).up_mtu == 1232);
  CHECK(outcome(refused).outcome == UdpOutcome::refused);
  CHECK(outcome(refused).icmp.value.from == "10.0.0.9");
}

TEST_CASE("a capture that is cut off anywhere gives what was before, and what is no capture is an error") {
  Script s;
  s.open();
  s.client("PA", request);
  s.host("PA", confirm);
  s.client("FA");
  const Bytes& whole = s.bytes();
  wire::TlsKeyLog secrets;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    auto piece = read_capture(over(View(whole).first(n)), "cut", secrets, {});
    CHECK(piece.has_value() == (24 <= n));
    if (piece) CHECK(piece->read.damaged + piece->read.records <= 6);
  }
}

TEST_CASE("frames that can't be read are told, those captured in part are not damaged") {
  test::PcapFile file(127);
  file.add({start, Bytes(60, 1), 0});
  CHECK(read(file.bytes()).read.problem == "packet 1: frames of link type 127 can't be read");
  test::PcapFile broken;
  Bytes frame = test::ethernet(test::ip_packet({}));
  broken.add({start, Bytes(frame.begin(), frame.begin() + 30), 54});
  CHECK(read(broken.bytes()).read.damaged == 0);
  frame[14] = 0x42;
  broken.add({start, frame, 0});
  CHECK(read(broken.bytes()).read.damaged == 1);
}

TEST_CASE("a reading that is stopped keeps what it has") {
  Script s;
  s.open();
  for (int i = 0; i < 5000; ++i) s.host("A", Bytes(1400, 1));
  wire::TlsKeyLog secrets;
  int ticks = 0;
  auto piece = read_capture(over(s.bytes()), "x", secrets, {}, [&](std::uint64_t, std::uint64_t total) {
    CHECK(total == s.bytes().size());
    return ++ticks < 1;
  });
  REQUIRE(piece.has_value());
  CHECK(ticks == 1);
  CHECK(piece->read.records < 5003);
  CHECK(piece->connections.size() == 1);
  CHECK_FALSE(piece->read.problem.empty());
}

}  // namespace rdpdoctor::analyze
