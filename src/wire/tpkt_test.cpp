#include "wire/tpkt.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;
using namespace rdpdoctor::wire;
using State = TpktFramer::State;

namespace {
Bytes raw(std::string_view text) {
  return from_hex(text).value();
}
Bytes copy(View v) {
  return Bytes(v.begin(), v.end());
}
const Bytes confirm = raw("03 00 00 13 0e d0 00 00 12 34 00 02 00 08 00 00 00 00 00");  // [MS-RDPBCGR] 4.1.2
}  // namespace

TEST_CASE("a payload gets its four-byte header") {
  CHECK(tpkt(View(confirm).subspan(4)) == confirm);
  CHECK(tpkt({}) == raw("03000004"));
  const Bytes largest = tpkt(Bytes(65531, 0xAA));
  CHECK(largest.size() == 65535);
  CHECK(hex(View(largest).first(4)) == "0300ffff");
}

TEST_CASE("a frame that comes byte by byte is whole with its last byte") {
  TpktFramer framer;
  CHECK(framer.state() == State::need_more);
  for (std::size_t i = 0; i < confirm.size(); ++i) {
    CHECK(framer.state() == State::need_more);
    CHECK(framer.payload().empty());
    framer.feed(View(confirm).subspan(i, 1));
  }
  REQUIRE(framer.state() == State::frame);
  CHECK(copy(framer.payload()) == copy(View(confirm).subspan(4)));
  framer.pop();
  CHECK(framer.state() == State::need_more);
  CHECK(framer.buffered().empty());
}

TEST_CASE("a frame that is split anywhere is put together") {
  for (std::size_t at = 0; at <= confirm.size(); ++at) {
    TpktFramer framer;
    framer.feed(View(confirm).first(at));
    framer.feed(View(confirm).subspan(at));
    REQUIRE(framer.state() == State::frame);
    CHECK(framer.payload().size() == 15);
  }
}

TEST_CASE("coalesced frames come out one after the other, and what follows stays") {
  Bytes stream = tpkt(Bytes{1, 2});
  for (const Bytes& more : {tpkt(Bytes{}), tpkt(Bytes{3}), raw("0300 00")}) {
    stream.insert(stream.end(), more.begin(), more.end());
  }
  TpktFramer framer;
  framer.feed(stream);
  CHECK(copy(framer.payload()) == Bytes{1, 2});
  framer.pop();
  REQUIRE(framer.state() == State::frame);
  CHECK(framer.payload().empty());
  framer.pop();
  CHECK(copy(framer.payload()) == Bytes{3});
  framer.pop();
  CHECK(framer.state() == State::need_more);
  framer.pop();  // not whole: nothing is dropped
  CHECK(copy(framer.buffered()) == raw("0300 00"));
}

TEST_CASE("another version is not a TPKT, told from the first byte") {
  TpktFramer framer;
  framer.feed(Bytes{'H'});
  CHECK(framer.state() == State::not_tpkt);
  framer.feed(raw("03000004"));
  CHECK(framer.state() == State::not_tpkt);
}

TEST_CASE("a length below the header is bad, the header alone is an empty frame") {
  for (std::string_view text : {"03000000", "03000003"}) {
    TpktFramer framer;
    framer.feed(raw(text));
    CHECK(framer.state() == State::bad_length);
    framer.feed(Bytes(100, 0));
    CHECK(framer.state() == State::bad_length);
  }
  TpktFramer framer;
  framer.feed(raw("03000004"));
  CHECK(framer.state() == State::frame);
}

TEST_CASE("a frame of the greatest size fits, and endless bytes are not kept") {
  TpktFramer framer;
  framer.feed(tpkt(Bytes(65531, 7)));
  REQUIRE(framer.state() == State::frame);
  for (int i = 0; i < 10; ++i) framer.feed(Bytes(50'000, 9));
  CHECK(framer.buffered().size() == 65535);
  CHECK(framer.payload().size() == 65531);
  framer.pop();
  CHECK(framer.buffered().empty());
}

TEST_CASE("an oversized claim waits for its bytes") {
  TpktFramer framer;
  framer.feed(raw("0300ffff"));
  framer.feed(Bytes(65530, 0));
  CHECK(framer.state() == State::need_more);
  framer.feed(Bytes(1, 0));
  CHECK(framer.state() == State::frame);
}
