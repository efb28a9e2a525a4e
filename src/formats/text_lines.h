// Lines of a text file as UTF-8, whatever Windows wrote it in: UTF-16 with a byte order mark (reg.exe,
// PowerShell's Out-File), UTF-8, or a code page, of which only ASCII is sure.
#pragma once

#include <optional>
#include <string>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

class TextLines {
 public:
  static constexpr std::size_t longest_line = 1U << 20U;  // in bytes of the file

  explicit TextLines(ByteSource& source) : source_(source) {}
  // Without the line feed; a carriage return before it stays. False at the end, and after a problem.
  [[nodiscard]] bool next(std::string& line);
  // Why it ended early: it could not be read, or a line is longer than any that Windows writes.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  // It began with a byte order mark of UTF-16.
  [[nodiscard]] bool is_utf16() const {
    return encoding_ == Encoding::utf16le || encoding_ == Encoding::utf16be;
  }
  // The last line has no line feed.
  [[nodiscard]] bool cut_off() const { return cut_off_; }

 private:
  enum class Encoding { unknown, bytes, utf16le, utf16be };
  [[nodiscard]] bool more();
  void tell_encoding();
  [[nodiscard]] std::optional<std::size_t> line_feed() const;
  [[nodiscard]] std::string text_of(std::size_t from, std::size_t to) const;
  [[nodiscard]] std::size_t unit() const { return encoding_ == Encoding::bytes ? 1 : 2; }

  ByteSource& source_;
  Encoding encoding_ = Encoding::unknown;
  Bytes read_;  // what was read and is not yet given out begins at `at_`
  std::size_t at_ = 0;
  std::size_t searched_ = 0;  // no line feed before here
  bool ended_ = false;
  bool cut_off_ = false;
  std::optional<Error> error_;
};

// The first bytes of a file as text, for telling what it is.
[[nodiscard]] std::string beginning_as_text(View first);

}  // namespace rdpdoctor::formats
