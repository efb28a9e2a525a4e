// What gzip and zip share: a source unpacked by zlib, in bounded memory.
#pragma once

#include <memory>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

// More than this many bytes out of each byte in is refused as a bomb, once `bomb_begins` bytes came out.
// Deflate itself can't do more than 1032 (RFC 1951: 258 bytes by two bits).
inline constexpr unsigned most_inflation = 1000;
inline constexpr std::uint64_t bomb_begins = 64 * 1024 * 1024;

class Inflater {
 public:
  enum class Wrapping { raw, gzip };  // RFC 1951, RFC 1952
  Inflater(Wrapping wrapping, unsigned most_ratio);
  Inflater(Inflater&&) = delete;
  Inflater& operator=(Inflater&&) = delete;
  ~Inflater();

  enum class State { going, ended, damaged, bomb };
  // Takes from `in` and gives to `out` as much as goes. After `ended`, `in` holds what follows the stream.
  State run(View& in, std::span<std::uint8_t>& out);
  void begin_again();  // another stream after the one that ended
  [[nodiscard]] std::uint64_t bytes_out() const { return out_; }
  [[nodiscard]] bool ready() const { return inside_ != nullptr; }  // false: no memory

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
  unsigned most_ratio_;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
};

}  // namespace rdpdoctor::formats
