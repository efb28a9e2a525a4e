// Private to formats/pcapng*.cpp: an interface's clock, if_tsresol and if_tsoffset (draft-ietf-opsawg-pcapng
// 4.2).
#pragma once

#include "base/bytes.h"

namespace rdpdoctor::formats {

struct PcapngTime {
  std::uint8_t resolution =
      6;  // ticks a second: 10 to this, or 2 to its lower seven bits when the highest is set
  std::int64_t offset_s = 0;
};
// From the options of an interface description; what can't be read stays at its default.
[[nodiscard]] PcapngTime read_pcapng_time(View options, bool big_endian);
// Since 1970; clamped to the years that can be written.
[[nodiscard]] std::int64_t to_microseconds(const PcapngTime& time, std::uint64_t ticks);

}  // namespace rdpdoctor::formats
