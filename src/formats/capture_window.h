// Private to formats/pcap*.cpp: bytes of a source in order, looked at before they are passed; and what a
// capture's reader notes of damage.
#pragma once

#include <memory>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

class CaptureWindow {
 public:
  explicit CaptureWindow(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  // The next `n` bytes, fewer only where the source ends. Valid until the next call of any other `n`.
  [[nodiscard]] View ahead(std::size_t n);
  // REQUIRES: no more than the last ahead() gave.
  void skip(std::size_t n);
  [[nodiscard]] std::uint64_t at() const { return at_; }  // bytes passed
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] const ByteSource& source() const { return *source_; }

 private:
  std::unique_ptr<ByteSource> source_;
  Bytes buffer_;
  std::size_t from_ = 0;  // the unread part of buffer_
  std::size_t to_ = 0;
  std::uint64_t at_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;  // of the source; it has ended there
};

struct CaptureDamage {
  std::uint64_t places = 0;
  std::string first;  // "packet 12 at byte 4711: …"
  bool cut_off = false;

  void note(std::uint64_t packet, std::uint64_t at, std::string_view what);
};

// Little or big endian, as the file's own header says. REQUIRES: the bytes are there.
[[nodiscard]] constexpr std::uint32_t load_u32(View bytes, std::size_t at, bool big_endian) {
  const std::uint32_t a = bytes[at], b = bytes[at + 1], c = bytes[at + 2], d = bytes[at + 3];
  return big_endian ? a << 24 | b << 16 | c << 8 | d : d << 24 | c << 16 | b << 8 | a;
}
[[nodiscard]] constexpr std::uint32_t load_u16(View bytes, std::size_t at, bool big_endian) {
  const std::uint32_t a = bytes[at], b = bytes[at + 1];
  return big_endian ? a << 8 | b : b << 8 | a;
}

}  // namespace rdpdoctor::formats
