#include "formats/pcapng_time.h"

#include <algorithm>

#include "formats/capture_window.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::int64_t farthest_s = 253'402'300'799;  // the end of the year 9999

struct Split {
  std::uint64_t seconds = 0;
  std::uint64_t microseconds = 0;  // of the second
};

Split by_power_of_ten(std::uint64_t ticks, unsigned power) {
  constexpr unsigned most = 19;  // what 64 bits hold
  std::uint64_t second = 1;
  for (unsigned i = 0; i < std::min(power, most); ++i) second *= 10;
  const std::uint64_t rest = ticks % second;
  Split out{ticks / second, 0};
  if (most < power) return {};
  out.microseconds = second < 1'000'000 ? rest * (1'000'000 / second) : rest / (second / 1'000'000);
  return out;
}

Split by_power_of_two(std::uint64_t ticks, unsigned power) {
  if (power > 63) return {};
  const std::uint64_t second = std::uint64_t{1} << power;
  std::uint64_t rest = ticks & (second - 1);
  if (power > 32) {  // microseconds need twenty bits beside it
    rest >>= power - 32;
    power = 32;
  }
  return {ticks / second, rest * 1'000'000 >> power};
}

}  // namespace

PcapngTime read_pcapng_time(View options, bool big_endian) {
  constexpr std::uint32_t if_tsresol = 9;
  constexpr std::uint32_t if_tsoffset = 14;
  PcapngTime out;
  while (options.size() >= 4) {
    const std::uint32_t code = load_u16(options, 0, big_endian);
    const std::size_t length = load_u16(options, 2, big_endian);
    const std::size_t padded = (length + 3) / 4 * 4;
    options = options.subspan(4);
    if (code == 0 || options.size() < padded) break;
    if (code == if_tsresol && length == 1) out.resolution = options[0];
    if (code == if_tsoffset && length == 8) {
      const std::uint64_t high = load_u32(options, big_endian ? 0 : 4, big_endian);
      const std::uint64_t low = load_u32(options, big_endian ? 4 : 0, big_endian);
      out.offset_s = static_cast<std::int64_t>(high << 32 | low);
    }
    options = options.subspan(padded);
  }
  return out;
}

std::int64_t to_microseconds(const PcapngTime& time, std::uint64_t ticks) {
  const unsigned power = time.resolution & 0x7fU;
  const Split at =
      (time.resolution & 0x80U) != 0 ? by_power_of_two(ticks, power) : by_power_of_ten(ticks, power);
  const std::int64_t seconds = static_cast<std::int64_t>(std::min<std::uint64_t>(at.seconds, farthest_s));
  const std::int64_t offset = std::clamp(time.offset_s, -farthest_s, farthest_s);
  const std::int64_t whole = std::clamp(seconds + offset, -farthest_s, farthest_s);
  return whole * 1'000'000 + static_cast<std::int64_t>(at.microseconds);
}

}  // namespace rdpdoctor::formats
