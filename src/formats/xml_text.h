// The characters of a text as UTF-8, whichever way it is written: UTF-8, or UTF-16 of either byte order, with
// or without a byte order mark (then by its first character, which must be '<').
#pragma once

#include <optional>
#include <string>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

class XmlText {
 public:
  explicit XmlText(ByteSource& source) : source_(source) {}

  static constexpr int end = -1;
  [[nodiscard]] int peek() {
    return at_ < block_.size() || fill() ? static_cast<unsigned char>(block_[at_]) : end;
  }
  int next() {
    const int c = peek();
    if (c != end) ++at_;
    return c;
  }
  // Appends what comes before the next `stop`, `also` or the end; at most `most` bytes.
  void take_until(char stop, char also, std::size_t most, std::string& out);
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }  // reading ended early by it
  [[nodiscard]] std::uint64_t blocks() const { return blocks_; }

 private:
  enum class Encoding { unknown, utf8, utf16le, utf16be };
  bool fill();
  void find_encoding();

  ByteSource& source_;
  Encoding encoding_ = Encoding::unknown;
  Bytes raw_;          // read and not yet in block_
  std::string block_;  // UTF-8
  std::size_t at_ = 0;
  std::uint64_t blocks_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;
};

}  // namespace rdpdoctor::formats
