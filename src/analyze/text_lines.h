// A text's lines from a stream of bytes, in bounded memory: UTF-8, UTF-16 with a byte order mark (either
// order), UTF-16LE without one, or bytes of any other kind as they are.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "analyze/piece.h"

namespace rdpdoctor::analyze {

inline constexpr std::size_t longest_line = 16 * 1024;  // bytes; a longer one comes in pieces of this size

class TextLines {
 public:
  // The number counts from 1; the pieces of a long line share theirs. Without CR and LF.
  using Each = std::function<void(std::uint64_t number, std::string_view line)>;
  explicit TextLines(Each each) : each_(std::move(each)) {}

  void bytes(View chunk);
  void end();
  [[nodiscard]] std::uint64_t lines() const { return number_ - 1; }

 private:
  enum class Encoding { unknown, bytes, utf16le, utf16be };
  void decide();
  void decode(View chunk);
  void text(std::string_view piece);
  void line_done();

  Each each_;
  Encoding encoding_ = Encoding::unknown;
  Bytes held_;  // before the encoding is known, and half characters after that
  std::string line_;
  bool begun_ = false;  // the line has come in part
  std::uint64_t number_ = 1;
};

}  // namespace rdpdoctor::analyze
