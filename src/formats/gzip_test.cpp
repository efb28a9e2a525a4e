#include "formats/gzip.h"

#include <doctest/doctest.h>

#include "support/zip_writer.h"

namespace rdpdoctor::formats {
namespace {

Bytes text(std::size_t n) {
  Bytes out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(i * i >> 3);
  return out;
}

struct Unpacked {
  Bytes bytes;
  std::optional<Error> error;
};
Unpacked unpack(View packed, std::size_t at_once = 1000, unsigned most_ratio = most_inflation) {
  Unpacked out;
  auto source = gunzip(over(packed), most_ratio);
  Bytes part(at_once);
  while (true) {
    auto got = source->read(part);
    if (!got) {
      out.error = got.error();
      return out;
    }
    if (*got == 0) return out;
    out.bytes.insert(out.bytes.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(*got));
  }
}

}  // namespace

TEST_CASE("a gzip stream is unpacked, in pieces of any size") {
  const Bytes packed = test::deflated(text(5000), 31);
  CHECK(is_gzip(packed));
  for (std::size_t at_once : {1UL, 7UL, 100'000UL}) {
    const Unpacked out = unpack(packed, at_once);
    CHECK(out.bytes == text(5000));
    CHECK_FALSE(out.error.has_value());
  }
}

TEST_CASE("members one after another are one stream, zeros after them are padding") {
  Bytes packed = test::deflated(text(300), 31);
  const Bytes second = test::deflated(text(200), 31);
  packed.insert(packed.end(), second.begin(), second.end());
  packed.insert(packed.end(), 512, 0);
  Unpacked out = unpack(packed);
  CHECK(out.bytes.size() == 500);
  CHECK_FALSE(out.error.has_value());
  packed.push_back('x');
  out = unpack(packed);
  CHECK(out.bytes.size() == 500);
  REQUIRE(out.error.has_value());
  CHECK(out.error->kind == ErrorKind::malformed);
}

TEST_CASE("a stream that is cut off anywhere gives its beginning, and says so") {
  const Bytes packed = test::deflated(text(2000), 31);
  const Bytes whole = text(2000);
  for (std::size_t n = 0; n < packed.size(); ++n) {
    CAPTURE(n);
    const Unpacked out = unpack(View(packed).first(n));
    REQUIRE(out.error.has_value());
    CHECK(out.error->kind == ErrorKind::malformed);
    REQUIRE(out.bytes.size() <= whole.size());
    CHECK(std::equal(out.bytes.begin(), out.bytes.end(), whole.begin()));
  }
}

TEST_CASE("a damaged stream is told") {
  Bytes packed = test::deflated(text(2000), 31);
  packed[packed.size() - 6] ^= 1;  // of its CRC
  const Unpacked out = unpack(packed);
  CHECK(out.bytes == text(2000));
  CHECK(out.error.has_value());
  CHECK(unpack(Bytes{'n', 'o', 't'}).error.has_value());
}

TEST_CASE("what grows beyond all measure is refused, and what is only large is not") {
  const Bytes zeros(bomb_begins + 4 * 1024 * 1024, 0);
  const Bytes packed = test::deflated(zeros, 31);
  const Unpacked bomb = unpack(packed, 1024 * 1024, 100);
  CHECK(bomb.error.has_value());
  CHECK(bomb.bytes.size() < zeros.size());
  CHECK(bomb_begins <= bomb.bytes.size());
  const Unpacked large = unpack(packed, 1024 * 1024, 2000);
  CHECK_FALSE(large.error.has_value());
  CHECK(large.bytes.size() == zeros.size());
}

}  // namespace rdpdoctor::formats
