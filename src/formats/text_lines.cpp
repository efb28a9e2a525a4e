#include "formats/text_lines.h"

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t at_once = 64U << 10U;

}  // namespace

bool TextLines::next(std::string& line) {
  if (error_) return false;
  while (true) {
    if (encoding_ != Encoding::unknown) {
      if (const auto end = line_feed()) {
        line = text_of(at_, *end);
        at_ = *end + unit();
        searched_ = at_;
        return true;
      }
      searched_ = read_.size() - (read_.size() - at_) % unit();
    }
    if (longest_line < read_.size() - at_) {
      error_ = Error{"a line is longer than 1 MiB", ErrorKind::malformed, 0, ""};
      return false;
    }
    if (!more()) break;
  }
  if (error_ || at_ == read_.size()) return false;
  cut_off_ = true;
  line = text_of(at_, read_.size());
  at_ = read_.size();
  searched_ = at_;
  return true;
}

bool TextLines::more() {
  if (ended_) return false;
  read_.erase(read_.begin(), read_.begin() + static_cast<std::ptrdiff_t>(at_));
  searched_ -= at_;
  at_ = 0;
  const std::size_t have = read_.size();
  read_.resize(have + at_once);
  auto got = read_fully(source_, std::span(read_).subspan(have));
  if (!got) error_ = got.error();
  read_.resize(have + got.value_or(0));
  ended_ = got.value_or(0) < at_once;
  if (encoding_ == Encoding::unknown) tell_encoding();
  return have < read_.size();
}

void TextLines::tell_encoding() {
  auto begins = [&](std::initializer_list<std::uint8_t> mark) {
    return mark.size() <= read_.size() && std::equal(mark.begin(), mark.end(), read_.begin());
  };
  encoding_ = Encoding::bytes;
  if (begins({0xEF, 0xBB, 0xBF})) at_ = 3;
  if (begins({0xFF, 0xFE})) encoding_ = Encoding::utf16le;
  if (begins({0xFE, 0xFF})) encoding_ = Encoding::utf16be;
  if (encoding_ != Encoding::bytes) at_ = 2;
  searched_ = at_;
}

std::optional<std::size_t> TextLines::line_feed() const {
  if (encoding_ == Encoding::bytes) {
    auto at = std::find(read_.begin() + static_cast<std::ptrdiff_t>(searched_), read_.end(), '\n');
    if (at == read_.end()) return std::nullopt;
    return static_cast<std::size_t>(at - read_.begin());
  }
  const std::size_t low = encoding_ == Encoding::utf16le ? 0 : 1;
  for (std::size_t i = searched_; i + 1 < read_.size(); i += 2)
    if (read_[i + low] == '\n' && read_[i + 1 - low] == 0) return i;
  return std::nullopt;
}

std::string TextLines::text_of(std::size_t from, std::size_t to) const {
  const View part = View(read_).subspan(from, to - from);
  if (encoding_ == Encoding::bytes) return {part.begin(), part.end()};
  if (encoding_ == Encoding::utf16le) return utf16le_to_utf8(part);
  Bytes turned(part.begin(), part.end());
  for (std::size_t i = 0; i + 1 < turned.size(); i += 2) std::swap(turned[i], turned[i + 1]);
  return utf16le_to_utf8(turned);
}

std::string beginning_as_text(View first) {
  auto source = over(first);
  TextLines lines(*source);
  std::string out, line;
  while (lines.next(line)) out += line + '\n';
  return out;
}

}  // namespace rdpdoctor::formats
