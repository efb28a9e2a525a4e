#include "analyze/capture.h"

#include <doctest/doctest.h>

#include "support/capture_writer.h"
#include "wire/rdpudp.h"

namespace rdpdoctor::analyze {
namespace {

using evidence::Ending;
using evidence::TcpOutcome;
using evidence::UdpOutcome;
using evidence::X224Outcome;
using test::TestPacket;

constexpr std::int64_t start = 1'700'000'000'000'000;

// Connection Request that asks for SSL and HYBRID, and the Connection Confirm that selects HYBRID.
const Bytes request{3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0};
const Bytes confirm{3, 0, 0, 19, 14, 0xd0, 0, 0, 0, 0, 0, 2, 0, 8, 0, 2, 0, 0, 0};

// A connection's packets, one after the other, a millisecond apart.
class Script {
 public:
  explicit Script(TestPacket common = {}) : common_(common) {}

  void client(std::string_view flags, const Bytes& payload = {}) { send(true, flags, payload); }
  void host(std::string_view flags, const Bytes& payload = {}) { send(false, flags, payload); }
  void open() {
    client("S");
    host("SA");
    client("A");
  }
  // Sent, and not in the capture.
  void drop(bool from_client, std::size_t n) { next(from_client) += static_cast<std::uint32_t>(n); }
  void wait_ms(std::int64_t ms) { at_us_ += ms * 1000; }
  void frame(Bytes ip) {
    file_.add({at_us_, test::ethernet(ip), 0});
    at_us_ += 1000;
  }
  [[nodiscard]] TestPacket packet(bool from_client, std::string_view flags, const Bytes& payload) {
    TestPacket p = common_;
    p.from_client = from_client;
    p.flags = flags;
    p.payload = payload;
    p.sequence = next(from_client);
    p.acknowledgment = flags.find('A') != std::string_view::npos ? next(!from_client) : 0;
    p.ip_id = ++ip_id_;
    if (p.flags.find('S') != std::string_view::npos) p.mss = 1460;
    return p;
  }
  void put(const TestPacket& p) { frame(test::ip_packet(p)); }
  [[nodiscard]] std::uint32_t& next(bool from_client) { return from_client ? client_next_ : host_next_; }
  [[nodiscard]] const Bytes& bytes() const { return file_.bytes(); }
  void use_port(std::uint16_t client_port) {
    common_.client_port = client_port;
    client_next_ += 100'000;
    host_next_ += 100'000;
  }

 private:
  void send(bool from_client, std::string_view flags, const Bytes& payload) {
    put(packet(from_client, flags, payload));
    next(from_client) += static_cast<std::uint32_t>(payload.size());
    if (flags.find_first_of("SF") != std::string_view::npos) ++next(from_client);
  }
  TestPacket common_;
  test::PcapFile file_;
  std::int64_t at_us_ = start;
  std::uint32_t client_next_ = 0xfffffff0;  // wraps at once
  std::uint32_t host_next_ = 7000;
  std::uint16_t ip_id_ = 100;
};

Piece read(const Bytes& file, const CaptureOptions& options = {}) {
  wire::TlsKeyLog secrets;
  auto piece = read_capture(over(file), "test.pcap", secrets, options);
  REQUIRE(piece.has_value());
  return std::move(*piece);
}

evidence::Connection only(const Piece& piece) {
  REQUIRE(piece.connections.size() == 1);
  return piece.connections[0].facts;
}

}  // namespace

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
