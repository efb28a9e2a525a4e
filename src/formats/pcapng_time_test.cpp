#include "formats/pcapng_time.h"

#include <doctest/doctest.h>

#include <limits>

namespace rdpdoctor::formats {

TEST_CASE("ticks of every resolution become microseconds") {
  CHECK(to_microseconds({6, 0}, 1'234'567) == 1'234'567);
  CHECK(to_microseconds({9, 0}, 1'234'567'899) == 1'234'567);
  CHECK(to_microseconds({3, 0}, 1234) == 1'234'000);
  CHECK(to_microseconds({0, 0}, 12) == 12'000'000);
  CHECK(to_microseconds({12, 0}, 1'500'000'000'000) == 1'500'000);
  CHECK(to_microseconds({0x80, 0}, 3) == 3'000'000);
  CHECK(to_microseconds({0x80 | 10, 0}, 1024 + 512) == 1'500'000);
  CHECK(to_microseconds({0x80 | 40, 0}, (std::uint64_t{3} << 40) | (std::uint64_t{1} << 39)) == 3'500'000);
  CHECK(to_microseconds({6, 100}, 5) == 100'000'005);
  CHECK(to_microseconds({6, -100}, 0) == -100'000'000);
}

TEST_CASE("no resolution, offset or count of ticks overflows") {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  constexpr std::int64_t bound = 253'402'300'800 * 1'000'000;
  for (unsigned resolution = 0; resolution < 256; ++resolution) {
    for (std::int64_t offset : {std::numeric_limits<std::int64_t>::min(), std::int64_t{0},
                                std::numeric_limits<std::int64_t>::max()}) {
      const PcapngTime time{static_cast<std::uint8_t>(resolution), offset};
      for (std::uint64_t ticks : {std::uint64_t{0}, std::uint64_t{1}, most / 2, most}) {
        const std::int64_t us = to_microseconds(time, ticks);
        CHECK(-bound <= us);
        CHECK(us <= bound);
      }
    }
  }
}

TEST_CASE("the options of an interface description are found in either byte order, and cut off anywhere") {
  const Bytes little{2,  0, 1, 0, 'e',  0,    0,    0,    9,    0,    1,    0,    9, 0, 0, 0,
                     14, 0, 8, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0};
  const PcapngTime time = read_pcapng_time(little, false);
  CHECK(time.resolution == 9);
  CHECK(time.offset_s == -1);
  const Bytes big{0, 9, 0, 1, 0x8a, 0, 0, 0, 0, 14, 0, 8, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0};
  CHECK(read_pcapng_time(big, true).resolution == 0x8a);
  CHECK(read_pcapng_time(big, true).offset_s == 256);
  for (std::size_t n = 0; n < 28; ++n) {
    const PcapngTime part = read_pcapng_time(View(little).first(n), false);
    CHECK(part.resolution == (n < 16 ? 6 : 9));
    CHECK(part.offset_s == 0);
  }
}

}  // namespace rdpdoctor::formats
