#include "base/bytes.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;

TEST_CASE("a reader reads each width in both byte orders") {
  const Bytes raw = from_hex("01 0203 0203 040506 0708090a 0708090a 0102030405060708").value();
  Reader r(raw);
  CHECK(r.u8("a") == 0x01);
  CHECK(r.u16be("b") == 0x0203);
  CHECK(r.u16le("c") == 0x0302);
  CHECK(r.u24be("d") == 0x040506);
  CHECK(r.u32be("e") == 0x0708090a);
  CHECK(r.u32le("f") == 0x0a090807);
  CHECK(r.u64le("g") == 0x0807060504030201);
  CHECK(r.ok());
  CHECK(r.left() == 0);
  CHECK(r.offset() == raw.size());
}

TEST_CASE("a reader keeps its first failure and reads zeros afterwards") {
  const Bytes raw = {1, 2, 3};
  Reader r(raw);
  CHECK(r.u16be("first") == 0x0102);
  CHECK(r.u32be("second") == 0);
  CHECK(r.u8("third") == 0);
  CHECK(r.bytes(1, "fourth").empty());
  CHECK(r.rest().empty());
  CHECK(r.left() == 0);
  r.fail("fifth", "too late");
  REQUIRE_FALSE(r.ok());
  CHECK(r.error()->field == "second");
  CHECK(r.error()->offset == 2);
  CHECK(r.error()->reason == "not enough bytes");
}

TEST_CASE("a reader refuses lengths that would wrap around") {
  const Bytes raw = {1, 2, 3};
  Reader r(raw);
  r.skip(1, "skip");
  CHECK(r.bytes(SIZE_MAX, "huge").empty());
  CHECK(r.error()->offset == 1);
}

TEST_CASE("a sub-reader is bounded and counts offsets from the outermost start") {
  const Bytes raw = {9, 9, 1, 2, 3};
  Reader outer(raw);
  outer.skip(2, "head");
  Reader inner = outer.sub(2, "body");
  CHECK(inner.offset() == 2);
  CHECK(inner.u16be("in") == 0x0102);
  CHECK(inner.u8("beyond") == 0);
  CHECK(inner.error()->offset == 4);
  CHECK(outer.ok());
  outer.absorb(inner);
  CHECK(outer.error()->field == "beyond");
}

TEST_CASE("a sub-reader of a failed reader has failed too") {
  const Bytes raw = {1};
  Reader outer(raw);
  Reader inner = outer.sub(2, "body");
  CHECK_FALSE(inner.ok());
  CHECK(inner.error()->field == "body");
}

TEST_CASE("a writer writes what a reader reads") {
  Writer w;
  w.u8(1).u16be(0x0203).u16le(0x0203).u24be(0x040506).u32be(0x0708090a).u32le(0x0708090a);
  w.u64le(0x0102030405060708).bytes(Bytes{0xaa}).text("ok");
  CHECK(hex(w.view()) == "01020303020405060708090a0a0908070807060504030201aa6f6b");
  w.patch_u16be(1, 0xfffe);
  w.patch_u24be(5, 0x010203);
  CHECK(hex(w.view()).starts_with("01fffe0302010203"));
  CHECK(w.size() == 27);
}

TEST_CASE("hex text goes both ways and refuses what is not hex") {
  CHECK(hex_dump(Bytes{0x03, 0x00, 0xff}) == "03 00 ff");
  CHECK(hex_dump(Bytes{1, 2, 3}, 2) == "01 02 …");
  CHECK(hex_dump(Bytes{}) == "");
  CHECK(from_hex(" 0A\n0b\t0C ").value() == Bytes{10, 11, 12});
  CHECK(from_hex("").value().empty());
  CHECK_FALSE(from_hex("0").has_value());
  CHECK_FALSE(from_hex("0g").has_value());
}
