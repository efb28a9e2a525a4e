// Bytes from a file, an archive's member, a decompressor or memory. Whoever opens them is in host/live or in
// formats/; whoever reads them sees this only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"

namespace rdpdoctor {

// In order, from the first byte to the last.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // At least one byte of `out` and at most all; 0 only at the end.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<std::uint8_t> out) = 0;
  // For progress: bytes of the underlying file read so far, and in all where that is known.
  [[nodiscard]] virtual std::uint64_t consumed() const = 0;
  [[nodiscard]] virtual std::optional<std::uint64_t> total() const = 0;
};

// At any place.
class RandomSource {
 public:
  RandomSource() = default;
  RandomSource(const RandomSource&) = delete;
  RandomSource& operator=(const RandomSource&) = delete;
  virtual ~RandomSource() = default;

  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Exactly out.size() bytes from `offset` on; an error where they are not there.
  [[nodiscard]] virtual Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) = 0;
};

// Bytes of its own.
[[nodiscard]] std::unique_ptr<RandomSource> random_of(Bytes bytes);

// Fills `out` as far as the source goes; less only at its end.
[[nodiscard]] Result<std::size_t> read_fully(ByteSource& source, std::span<std::uint8_t> out);
// All of it, an error when it has more than `most` bytes.
[[nodiscard]] Result<Bytes> read_all(ByteSource& source, std::size_t most);

// Over bytes that the caller keeps alive.
[[nodiscard]] std::unique_ptr<ByteSource> over(View bytes);
// The whole of a RandomSource that the caller keeps alive, in order.
[[nodiscard]] std::unique_ptr<ByteSource> in_order(RandomSource& source);
// Some bytes that were read ahead, then the rest of the source.
[[nodiscard]] std::unique_ptr<ByteSource> put_back(Bytes ahead, std::unique_ptr<ByteSource> rest);
[[nodiscard]] std::unique_ptr<ByteSource> put_back(View ahead, ByteSource& rest);  // both the caller's

}  // namespace rdpdoctor
