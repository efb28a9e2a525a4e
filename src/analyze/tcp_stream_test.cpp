#include "analyze/tcp_stream.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

namespace rdpdoctor::analyze {
namespace {

class Collected final : public StreamSink {
 public:
  void bytes(View payload) override { all.insert(all.end(), payload.begin(), payload.end()); }
  void lost(std::uint64_t bytes) override { missing += bytes; }
  Bytes all;
  std::uint64_t missing = 0;
};

Bytes counting(std::size_t n) {
  Bytes out(n);
  std::iota(out.begin(), out.end(), std::uint8_t{0});
  return out;
}

struct Fixture {
  explicit Fixture(std::uint32_t first = 1000) : start(first) { stream.begin(first); }
  void put(std::uint32_t from, std::uint32_t n) {
    stream.segment(start + from, View(data).subspan(from, n), n, sink);
  }
  std::uint32_t start;
  Bytes data = counting(4000);
  TcpStream stream;
  Collected sink;
  [[nodiscard]] bool has(std::size_t n) const {
    return sink.all == Bytes(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(n));
  }
};

}  // namespace

TEST_CASE("segments in any order come out in order, whatever the sequence numbers wrap at") {
  for (std::uint32_t first : {0U, 1000U, 0xffffffffU, 0xffffff00U, 0x80000000U}) {
    std::vector<std::uint32_t> order{0, 1, 2, 3, 4};
    do {
      Fixture f(first);
      for (std::uint32_t i : order) f.put(i * 100, 100);
      CHECK(f.has(500));
      CHECK(f.sink.missing == 0);
      CHECK(f.stream.repeats() == 0);
      CHECK((f.stream.gaps() == 0) == std::ranges::is_sorted(order));
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST_CASE("one byte at a time") {
  Fixture f;
  for (std::uint32_t i = 0; i < 300; ++i) f.put(i, 1);
  CHECK(f.has(300));
  CHECK(f.stream.data_packets() == 300);
}

TEST_CASE("repeats and overlaps give each byte once") {
  Fixture f;
  f.put(0, 100);
  f.put(0, 100);
  CHECK(f.stream.repeats() == 1);
  f.put(50, 100);  // half of it is new
  f.put(300, 100);
  f.put(300, 50);  // within what waits
  CHECK(f.stream.repeats() == 2);
  f.put(250, 100);
  f.put(140, 120);
  CHECK(f.has(400));
  CHECK(f.stream.gaps() == 1);
  CHECK(f.stream.bytes() == 400);
}

TEST_CASE("a keep-alive is no repeat") {
  Fixture f;
  f.put(0, 100);
  f.put(99, 1);
  CHECK(f.stream.repeats() == 0);
  CHECK(f.stream.data_packets() == 1);
}

TEST_CASE("what the other side acknowledges and the capture has not is lost, not waited for") {
  Fixture f;
  f.put(0, 100);
  f.put(200, 100);
  CHECK(f.sink.all.size() == 100);
  f.stream.acknowledged(f.start + 300, f.sink);
  CHECK(f.sink.all.size() == 100);  // the data may have been captured after its acknowledgment
  f.stream.acknowledged(f.start + 300, f.sink);
  CHECK(f.sink.all.size() == 200);
  CHECK(f.sink.missing == 100);
  CHECK(f.stream.gaps() == 0);
}

TEST_CASE("what is acknowledged before it is missed does not hold up what follows") {
  Fixture f;
  f.stream.acknowledged(f.start + 100, f.sink);
  f.put(100, 100);
  CHECK(f.sink.all.size() == 100);
  CHECK(f.sink.missing == 100);
  CHECK(f.stream.gaps() == 0);
}

TEST_CASE("at the end, what waits behind a gap that nobody got is not given") {
  Fixture f;
  f.put(0, 100);
  f.put(200, 100);
  f.stream.over(true, f.sink);
  CHECK(f.has(100));
  CHECK(f.sink.missing == 0);
  CHECK(f.stream.gaps() == 1);
}

TEST_CASE("at the end, of a capture of one side only, what waits behind a gap is given") {
  Fixture f;
  f.put(0, 100);
  f.put(200, 100);
  f.stream.over(false, f.sink);
  CHECK(f.sink.all.size() == 200);
  CHECK(f.sink.missing == 100);
}

TEST_CASE("bytes that were acknowledged and never captured are counted at the end, a FIN is not") {
  Fixture f;
  f.put(0, 100);
  f.stream.acknowledged(f.start + 101, f.sink);
  f.stream.over(true, f.sink);
  CHECK(f.sink.missing == 0);
  Fixture g;
  g.put(0, 100);
  g.stream.acknowledged(g.start + 400, g.sink);
  g.stream.over(true, g.sink);
  CHECK(g.sink.missing == 300);
}

TEST_CASE("a segment that was captured in part tells how much is missing") {
  Fixture f;
  f.stream.segment(f.start, View(f.data).first(60), 100, f.sink);
  f.put(100, 50);
  CHECK(f.sink.all.size() == 110);
  CHECK(f.sink.missing == 40);
}

TEST_CASE("the FIN counts when all before it has come") {
  Fixture f;
  f.put(0, 100);
  f.stream.fin(f.start + 200);
  CHECK_FALSE(f.stream.finished());
  f.put(100, 100);
  CHECK(f.stream.finished());
}

TEST_CASE("no more than a bounded amount waits") {
  Fixture f;
  const Bytes large(60'000, 7);
  for (std::uint32_t i = 1; i < 8; ++i) f.stream.segment(f.start + i * 60'000, large, 60'000, f.sink);
  CHECK(f.sink.missing == 60'000);
  CHECK(f.sink.all.size() == 7UL * 60'000);
}

TEST_CASE("numbers from elsewhere change nothing") {
  Fixture f;
  f.put(0, 100);
  f.stream.segment(f.start + 0x70000000, View(f.data).first(10), 10, f.sink);
  f.stream.acknowledged(f.start + 0x70000000, f.sink);
  CHECK(f.stream.near(f.start + 100));
  CHECK_FALSE(f.stream.near(f.start + 0x70000000));
  f.put(100, 100);
  CHECK(f.has(200));
  CHECK(f.sink.missing == 0);
}

}  // namespace rdpdoctor::analyze
