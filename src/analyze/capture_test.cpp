#include "support/capture_script.h"

namespace rdpdoctor::analyze {

using evidence::Ending;
using evidence::TcpOutcome;
using evidence::X224Outcome;
using test::TestPacket;

TEST_CASE("a connection that opens, negotiates and is closed by the host") {
  Script s;
  s.open();
  s.client("PA", request);
  s.host("PA", confirm);
  s.client("A");
  s.host("FA");
  s.client("FA");
  s.host("A");
  const Piece piece = read(s.bytes());
  CHECK(piece.read.kind == "capture");
  CHECK(piece.read.records == 9);
  CHECK(piece.read.first == Instant{start / 1000});
  CHECK(piece.read.last == Instant{start / 1000 + 8});
  const auto c = only(piece);
  CHECK(piece.connections[0].address == "10.0.0.2");
  CHECK(piece.connections[0].port == 3389);
  CHECK(c.source == "test.pcap");
  CHECK(c.asked.what == "client");
  REQUIRE(c.seen.has_value());
  CHECK(c.seen->at == Instant{start / 1000});
  CHECK(c.seen->client == "10.0.0.1:50000");
  CHECK_FALSE(c.seen->begun_before);
  CHECK(c.seen->lost == 0);
  CHECK(c.tcp.outcome == TcpOutcome::connected);
  CHECK(c.tcp.connect_ms == 2);
  CHECK(c.tcp.rtt_ms.value == 2);
  CHECK(c.tcp.mss.value == 1460);
  CHECK(c.tcp.syn_retransmits.value == 0);
  CHECK(c.tcp.retransmits.value == 0);
  const auto& seen = c.tcp.packets.value;
  CHECK(seen.syn_ack_ttl == 125);
  CHECK(seen.client_ttl == 128);
  CHECK(seen.data_ttl == std::vector<std::uint32_t>{125});
  CHECK(c.ending == Ending::fin);
  CHECK(c.ended_ms == 6);
  CHECK(c.bytes_sent == request.size());
  CHECK(c.bytes_received == confirm.size());
  CHECK(c.x224.outcome == X224Outcome::confirmed);
  CHECK(c.x224.selected == 2);
}

TEST_CASE("the same over IPv6, and on another port when it begins as RDP") {
  TestPacket common;
  common.v6 = true;
  common.host_port = 13389;
  Script s(common);
  s.open();
  s.client("PA", request);
  s.host("PA", confirm);
  const Piece piece = read(s.bytes());
  const auto c = only(piece);
  CHECK(piece.connections[0].address == "2001:db8::2");
  CHECK(piece.connections[0].port == 13389);
  CHECK(c.tcp.connect_ms == 2);
  CHECK(c.x224.selected == 2);
  CHECK(c.ending == Ending::open);
}

TEST_CASE("connections to other ports that speak something else are none of ours") {
  TestPacket common;
  common.host_port = 80;
  Script s(common);
  s.open();
  s.client("PA", {'G', 'E', 'T', ' '});
  s.host("PA", {'H', 'T', 'T', 'P'});
  CHECK(read(s.bytes()).connections.empty());
}

TEST_CASE("a refused port, with the client's repeats") {
  Script s;
  for (int i = 0; i < 3; ++i) {
    const TestPacket syn = s.packet(true, "S", {});
    s.put(syn);
    TestPacket rst = s.packet(false, "RA", {});
    rst.acknowledgment = syn.sequence + 1;
    rst.sequence = 0;
    s.put(rst);
    s.wait_ms(500);
  }
  const auto c = only(read(s.bytes()));
  CHECK(c.tcp.outcome == TcpOutcome::refused);
  CHECK(c.tcp.connect_ms == 1);
  CHECK(c.tcp.syn_retransmits.value == 2);
  CHECK(c.tcp.packets.value.resets.size() == 3);
  CHECK(c.tcp.packets.value.resets[0].ttl == 125);
  CHECK(c.x224.outcome == X224Outcome::not_tried);
}

TEST_CASE("SYNs without an answer time out, one near the end tells nothing yet") {
  Script s;
  const TestPacket syn = s.packet(true, "S", {});
  s.put(syn);
  CHECK(only(read(s.bytes())).tcp.outcome == TcpOutcome::pending);
  s.wait_ms(3000);
  TestPacket again = syn;
  again.ip_id = 9;
  s.put(again);
  const auto c = only(read(s.bytes()));
  CHECK(c.tcp.outcome == TcpOutcome::timed_out);
  CHECK(c.tcp.syn_retransmits.value == 1);
  CHECK(c.tcp.connect_ms == 3001);
}

TEST_CASE("an answer that the client never takes is none") {
  Script s;
  const TestPacket syn = s.packet(true, "S", {});
  s.put(syn);
  s.host("SA");
  s.wait_ms(3000);
  TestPacket again = syn;
  again.ip_id = 9;
  s.put(again);
  const auto c = only(read(s.bytes()));
  CHECK(c.tcp.outcome == TcpOutcome::timed_out);
  CHECK(c.tcp.packets.value.syn_ack_ttl == 125);
}

TEST_CASE("an ICMP error about the SYN is its outcome") {
  Script s;
  const TestPacket syn = s.packet(true, "S", {});
  s.put(syn);
  s.frame(test::icmp_about(syn, 3, 13, 0));
  const auto c = only(read(s.bytes()));
  CHECK(c.tcp.outcome == TcpOutcome::prohibited);
  REQUIRE(c.tcp.icmp.get() != nullptr);
  CHECK(c.tcp.icmp.value.from == "10.0.0.9");
  CHECK(c.tcp.icmp.value.code == 13);
  CHECK(c.tcp.icmp.value.at_ms == 1);
  CHECK(c.tcp.icmp.value.ttl == 60);
}

TEST_CASE("a reset in the middle, with its TTL beside the host's") {
  Script s;
  s.open();
  s.client("PA", request);
  s.host("PA", confirm);
  TestPacket rst = s.packet(false, "R", {});
  rst.ttl = 250;
  s.put(rst);
  const auto c = only(read(s.bytes()));
  CHECK(c.ending == Ending::reset);
  REQUIRE(c.tcp.packets.value.resets.size() == 1);
  CHECK(c.tcp.packets.value.resets[0].ttl == 250);
  CHECK(c.tcp.packets.value.data_ttl == std::vector<std::uint32_t>{125});
}

TEST_CASE("accepted and reset before the client has said a word") {
  Script s;
  s.open();
  s.host("RA");
  const auto c = only(read(s.bytes()));
  CHECK(c.tcp.outcome == TcpOutcome::reset);
  CHECK(c.ending == Ending::error);
  Script later;
  later.open();
  later.wait_ms(60'000);
  later.host("RA");
  CHECK(only(read(later.bytes())).tcp.outcome == TcpOutcome::connected);
}

TEST_CASE("a reset from far outside the connection does not end it") {
  Script s;
  s.open();
  TestPacket rst = s.packet(false, "R", {});
  rst.sequence += 0x10000000;
  s.put(rst);
  s.client("PA", request);
  s.host("PA", confirm);
  const auto c = only(read(s.bytes()));
  CHECK(c.ending == Ending::open);
  CHECK(c.x224.outcome == X224Outcome::confirmed);
  CHECK(c.tcp.packets.value.resets.size() == 1);
}

TEST_CASE("the client's own end, by FIN and by RST") {
  for (bool reset : {false, true}) {
    Script s;
    s.open();
    s.client(reset ? "RA" : "FA");
    const auto c = only(read(s.bytes()));
    CHECK(c.ending == Ending::local);
    CHECK(c.seen->client_reset == reset);
    CHECK(c.tcp.packets.value.client_resets.size() == (reset ? 1 : 0));
  }
}

TEST_CASE("repeats, overtaking and copies are told apart") {
  Script s;
  s.open();
  s.client("PA", request);
  const Bytes part(confirm.begin(), confirm.begin() + 10);
  const Bytes rest(confirm.begin() + 10, confirm.end());
  TestPacket late = s.packet(false, "PA", part);
  s.drop(false, part.size());
  const TestPacket early = s.packet(false, "PA", rest);
  s.put(early);
  s.put(early);  // the same packet at another interface
  s.put(late);
  s.drop(false, rest.size());
  s.wait_ms(300);
  late.ip_id = 999;
  s.put(late);  // again
  const auto c = only(read(s.bytes()));
  CHECK(c.x224.outcome == X224Outcome::confirmed);
  CHECK(c.tcp.packets.value.gaps == 1);
  CHECK(c.tcp.packets.value.repeats == 1);
  CHECK(c.tcp.packets.value.data_packets == 3);
  CHECK(c.seen->lost == 0);
}

}  // namespace rdpdoctor::analyze
