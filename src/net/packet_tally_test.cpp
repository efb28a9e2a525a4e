#include "net/packet_tally.h"

#include <doctest/doctest.h>

#include "net/flight.h"
#include "net/test_machine.h"

using namespace rdpdoctor;
using namespace rdpdoctor::net;

namespace {

constexpr std::uint32_t isn = 0xffffff00;  // wraps within the first kilobyte

wire::TcpSegment syn_ack() {
  return {.sequence = isn, .syn = true, .ack = true, .mss = 1460};
}

struct Stream {
  PacketTally tally;
  Stream() { tally.segment(syn_ack(), 0, 57, 1); }
  // `n` bytes from place `at` of the stream.
  void data(std::uint32_t at, std::size_t n, std::uint32_t ttl = 57) {
    tally.segment({.sequence = isn + 1 + at, .ack = true}, n, ttl, 2);
  }
  [[nodiscard]] const PacketRecord& record() const { return tally.record(); }
};

}  // namespace

TEST_CASE("the SYN-ACK tells TTL and MSS, the first one counts") {
  Stream stream;
  stream.tally.segment({.sequence = 5, .syn = true, .ack = true, .mss = 100}, 0, 9, 1);
  CHECK(stream.record().syn_ack_ttl == 57);
  CHECK(stream.record().syn_ack_mss == 1460);
  CHECK(stream.record().data_packets == 0);
}

TEST_CASE("data in order has neither gaps nor repeats, across the wrap") {
  Stream stream;
  for (std::uint32_t i = 0; i < 5; ++i) stream.data(i * 100, 100);
  CHECK(stream.record().data_packets == 5);
  CHECK(stream.record().gaps == 0);
  CHECK(stream.record().repeats == 0);
  CHECK(stream.record().data_ttl == std::vector<std::uint32_t>{57});
}

TEST_CASE("a hole is a gap; what fills it is no repeat") {
  Stream stream;
  stream.data(0, 100);
  stream.data(200, 100);
  CHECK(stream.record().gaps == 1);
  stream.data(100, 100);
  CHECK(stream.record().gaps == 1);
  CHECK(stream.record().repeats == 0);
  stream.data(100, 100);
  CHECK(stream.record().repeats == 1);
}

TEST_CASE("a hole can be filled in parts, and merged packets count once") {
  Stream stream;
  stream.data(400, 50);
  stream.data(0, 100);
  stream.data(300, 100);
  stream.data(50, 250);  // partly new
  CHECK(stream.record().gaps == 1);
  CHECK(stream.record().repeats == 0);
  stream.data(0, 450);
  CHECK(stream.record().repeats == 1);
  stream.data(0, 500);  // repeats all and adds some
  CHECK(stream.record().repeats == 1);
  stream.data(500, 10);
  CHECK(stream.record().gaps == 1);
}

TEST_CASE("keep-alives and empty packets are no data") {
  Stream stream;
  stream.data(0, 10);
  stream.data(9, 1);
  stream.data(10, 0);
  CHECK(stream.record().data_packets == 1);
  CHECK(stream.record().repeats == 0);
}

TEST_CASE("packets from outside any window are not of this connection") {
  Stream stream;
  stream.data(0x60000000, 10);
  stream.data(0xa0000000, 10);
  CHECK(stream.record().data_packets == 0);
  CHECK(stream.record().gaps == 0);
}

TEST_CASE("what the watch itself missed is no gap") {
  Stream stream;
  stream.data(0, 10);
  stream.tally.missed_some();
  stream.data(5000, 10);
  stream.data(5010, 10);
  CHECK(stream.record().gaps == 0);
  CHECK(stream.record().repeats == 0);
  CHECK(stream.record().data_packets == 3);
}

TEST_CASE("each reset is kept with its TTL and time, its payload is no data, and the list stays short") {
  Stream stream;
  stream.tally.segment({.sequence = 1, .rst = true}, 20, 64, 12.5);
  REQUIRE(stream.record().resets.size() == 1);
  CHECK(stream.record().resets[0].ttl == 64);
  CHECK(stream.record().resets[0].at_ms == 12.5);
  CHECK(stream.record().data_packets == 0);
  for (int i = 0; i < 1000; ++i) {
    stream.tally.segment({.rst = true}, 0, 1, 1);
    stream.tally.icmp({.type = 3});
    stream.data(static_cast<std::uint32_t>(i) * 20 + 10, 10, static_cast<std::uint32_t>(i));
  }
  CHECK(stream.record().resets.size() <= 16);
  CHECK(stream.record().icmp.size() <= 16);
  CHECK(stream.record().data_ttl.size() <= 16);
  CHECK(stream.record().gaps == 1000);
}

TEST_CASE("the largest flight is kept, with its wait and its spread") {
  const Moment start{};
  Flights flights;
  flights.waiting(start);
  flights.came(100, start + 10ms);
  flights.came(50, start + 12ms);
  flights.waiting(start + 20ms);
  flights.waiting(start + 21ms);
  flights.came(1400, start + 31ms);
  flights.came(1400, start + 33ms);
  flights.came(200, start + 38ms);
  flights.waiting(start + 40ms);
  flights.came(2999, start + 90ms);
  CHECK(flights.largest().bytes == 3000);
  CHECK(flights.largest().first_bytes == 1400);
  CHECK(flights.largest().wait_ms == doctest::Approx(10));
  CHECK(flights.largest().spread_ms == doctest::Approx(7));
}
