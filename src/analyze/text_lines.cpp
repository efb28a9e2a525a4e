#include "analyze/text_lines.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace rdpdoctor::analyze {
namespace {

constexpr std::size_t enough_to_decide = 64;

bool has_mark(const Bytes& b, std::uint8_t first, std::uint8_t second) {
  return b.size() >= 2 && b[0] == first && b[1] == second;
}

// Text of Western letters in UTF-16LE has a zero in nearly every second byte, and in no first one.
bool looks_like_utf16le(const Bytes& b) {
  std::size_t zeros = 0;
  for (std::size_t i = 0; i + 1 < b.size(); i += 2) {
    if (b[i] == 0) return false;
    if (b[i + 1] == 0) ++zeros;
  }
  return b.size() >= 4 && zeros * 10 >= b.size() / 2 * 9;
}

}  // namespace

void TextLines::decide() {
  if (has_mark(held_, 0xFF, 0xFE)) {
    encoding_ = Encoding::utf16le;
    held_.erase(held_.begin(), held_.begin() + 2);
  } else if (has_mark(held_, 0xFE, 0xFF)) {
    encoding_ = Encoding::utf16be;
    held_.erase(held_.begin(), held_.begin() + 2);
  } else if (looks_like_utf16le(held_)) {
    encoding_ = Encoding::utf16le;
  } else {
    encoding_ = Encoding::bytes;
    if (held_.size() >= 3 && held_[0] == 0xEF && held_[1] == 0xBB && held_[2] == 0xBF)
      held_.erase(held_.begin(), held_.begin() + 3);
  }
}

void TextLines::bytes(View chunk) {
  if (encoding_ == Encoding::unknown) {
    held_.insert(held_.end(), chunk.begin(), chunk.end());
    if (held_.size() < enough_to_decide) return;
    decide();
    Bytes all = std::exchange(held_, {});
    return decode(all);
  }
  decode(chunk);
}

void TextLines::decode(View chunk) {
  if (encoding_ == Encoding::bytes) return text({reinterpret_cast<const char*>(chunk.data()), chunk.size()});
  Bytes units = std::exchange(held_, {});
  units.insert(units.end(), chunk.begin(), chunk.end());
  std::size_t whole = units.size() / 2 * 2;
  std::size_t high = encoding_ == Encoding::utf16be ? 0 : 1;  // the byte of a unit that tells a surrogate
  if (whole >= 2 && (units[whole - 2 + high] & 0xFC) == 0xD8) whole -= 2;
  held_.assign(units.begin() + static_cast<std::ptrdiff_t>(whole), units.end());
  units.resize(whole);
  if (encoding_ == Encoding::utf16be) {
    for (std::size_t i = 0; i < whole; i += 2) std::swap(units[i], units[i + 1]);
  }
  text(utf16le_to_utf8(units));
}

void TextLines::text(std::string_view piece) {
  while (!piece.empty()) {
    begun_ = true;
    std::size_t room = longest_line - line_.size();
    std::size_t line_end = piece.substr(0, room).find('\n');
    if (line_end != piece.npos) {
      line_ += piece.substr(0, line_end);
      piece.remove_prefix(line_end + 1);
      line_done();
      continue;
    }
    std::size_t taken = std::min(room, piece.size());
    line_ += piece.substr(0, taken);
    piece.remove_prefix(taken);
    if (line_.size() == longest_line) {
      each_(number_, line_);
      line_.clear();
    }
  }
}

void TextLines::line_done() {
  if (line_.ends_with('\r')) line_.pop_back();
  each_(number_, line_);
  line_.clear();
  begun_ = false;
  ++number_;
}

void TextLines::end() {
  if (encoding_ == Encoding::unknown) {
    decide();
    Bytes all = std::exchange(held_, {});
    decode(all);
  }
  if (!held_.empty()) text(utf16le_to_utf8(std::exchange(held_, {})));
  if (begun_) line_done();
}

}  // namespace rdpdoctor::analyze
