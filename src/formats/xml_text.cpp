#include "formats/xml_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t block_size = 32 * 1024;

}  // namespace

void XmlText::find_encoding() {
  auto begins = [this](std::uint8_t a, std::uint8_t b) {
    return raw_.size() >= 2 && raw_[0] == a && raw_[1] == b;
  };
  std::size_t mark = 0;
  encoding_ = Encoding::utf8;
  if (begins(0xFF, 0xFE) || begins('<', 0)) {
    encoding_ = Encoding::utf16le;
    mark = raw_[0] == 0xFF ? 2 : 0;
  } else if (begins(0xFE, 0xFF) || begins(0, '<')) {
    encoding_ = Encoding::utf16be;
    mark = raw_[0] == 0xFE ? 2 : 0;
  } else if (begins(0xEF, 0xBB) && raw_.size() >= 3 && raw_[2] == 0xBF) {
    mark = 3;
  }
  raw_.erase(raw_.begin(), raw_.begin() + static_cast<std::ptrdiff_t>(mark));
}

// REQUIRES: the block is used up.
bool XmlText::fill() {
  block_.clear();
  at_ = 0;
  while (block_.empty() && !ended_) {
    const std::size_t had = raw_.size();
    raw_.resize(had + block_size);
    auto got = read_fully(source_, std::span(raw_).subspan(had));
    if (!got) error_ = got.error();
    raw_.resize(had + got.value_or(0));
    ended_ = got.value_or(0) < block_size;
    if (encoding_ == Encoding::unknown) find_encoding();
    if (encoding_ == Encoding::utf8) {
      block_.assign(raw_.begin(), raw_.end());
      raw_.clear();
      break;
    }
    // Half a character waits for the next block.
    std::size_t whole = raw_.size() & ~std::size_t{1};
    const std::size_t high = encoding_ == Encoding::utf16le ? 1 : 2;
    if (!ended_ && whole >= 2 && (raw_[whole - high] & 0xFC) == 0xD8) whole -= 2;
    if (ended_) whole = raw_.size();
    if (encoding_ == Encoding::utf16be) {
      for (std::size_t i = 1; i < whole; i += 2) std::swap(raw_[i - 1], raw_[i]);
    }
    block_ = utf16le_to_utf8(View(raw_).first(whole));
    raw_.erase(raw_.begin(), raw_.begin() + static_cast<std::ptrdiff_t>(whole));
  }
  ++blocks_;
  return !block_.empty();
}

void XmlText::take_until(char stop, char also, std::size_t most, std::string& out) {
  while (most != 0 && peek() != end) {
    const std::size_t size = std::min(most, block_.size() - at_);
    const std::string_view here = std::string_view(block_).substr(at_, size);
    const std::array<char, 2> stops{stop, also};
    const std::size_t found = here.find_first_of(std::string_view(stops.data(), stops.size()));
    out += here.substr(0, found);
    at_ += std::min(found, size);
    most -= std::min(found, size);
    if (found != std::string_view::npos) return;
  }
}

}  // namespace rdpdoctor::formats
