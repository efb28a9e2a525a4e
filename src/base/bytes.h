// Bounded reading and plain writing of bytes.
//
// Reader is sticky: the first failure is kept with its field name, offset and reason, every later read
// returns zero or empty, and the caller checks once at the end. Nothing here ever reads out of bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rdpdoctor {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

// Why bytes could not be decoded. `field` is the specification's name; both strings are static.
struct DecodeError {
  std::string_view field;
  std::size_t offset = 0;  // bytes from the start of the outermost Reader's view
  std::string_view reason;
};

class Reader {
 public:
  explicit Reader(View bytes, std::size_t base_offset = 0) : bytes_(bytes), base_(base_offset) {}

  std::uint8_t u8(std::string_view field);
  std::uint16_t u16be(std::string_view field);
  std::uint16_t u16le(std::string_view field);
  std::uint32_t u24be(std::string_view field);
  std::uint32_t u32be(std::string_view field);
  std::uint32_t u32le(std::string_view field);
  std::uint64_t u64le(std::string_view field);

  View bytes(std::size_t n, std::string_view field);  // exactly n bytes, or fails
  void skip(std::size_t n, std::string_view field) { bytes(n, field); }
  Reader sub(std::size_t n, std::string_view field);  // a reader over exactly the next n bytes
  View rest();                                        // everything left, possibly empty

  // Records a failure at the current offset; the first one wins.
  void fail(std::string_view field, std::string_view reason);
  // Takes over a failure of a sub-reader.
  void absorb(const Reader& inner);

  [[nodiscard]] bool ok() const { return !error_; }
  [[nodiscard]] const std::optional<DecodeError>& error() const { return error_; }
  [[nodiscard]] std::size_t left() const { return error_ ? 0 : bytes_.size() - at_; }
  [[nodiscard]] std::size_t offset() const { return base_ + at_; }

 private:
  View bytes_;
  std::size_t at_ = 0;
  std::size_t base_;
  std::optional<DecodeError> error_;
};

class Writer {
 public:
  Writer& u8(std::uint8_t v);
  Writer& u16be(std::uint16_t v);
  Writer& u16le(std::uint16_t v);
  Writer& u24be(std::uint32_t v);
  Writer& u32be(std::uint32_t v);
  Writer& u32le(std::uint32_t v);
  Writer& u64le(std::uint64_t v);
  Writer& bytes(View v);
  Writer& text(std::string_view v);  // the bytes of v, no terminator

  // Overwrites two big-endian bytes at `at`, for lengths known later. REQUIRES: at + 2 <= size().
  void patch_u16be(std::size_t at, std::uint16_t v);
  void patch_u24be(std::size_t at, std::uint32_t v);

  [[nodiscard]] std::size_t size() const { return out_.size(); }
  [[nodiscard]] Bytes take() { return std::move(out_); }
  [[nodiscard]] const Bytes& view() const { return out_; }

 private:
  Bytes out_;
};

// "03 00 00 13", at most `limit` bytes of it and then " …".
[[nodiscard]] std::string hex_dump(View bytes, std::size_t limit = 64);
// The reverse: hex digits, white space ignored; nothing if any other character or an odd count is met.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);
// Lower-case hex without spaces.
[[nodiscard]] std::string hex(View bytes);

}  // namespace rdpdoctor
