#include "base/bytes.h"

namespace rdpdoctor {

View Reader::bytes(std::size_t n, std::string_view field) {
  if (error_) return {};
  if (bytes_.size() - at_ < n) {
    fail(field, "not enough bytes");
    return {};
  }
  View out = bytes_.subspan(at_, n);
  at_ += n;
  return out;
}

std::uint8_t Reader::u8(std::string_view field) {
  View v = bytes(1, field);
  return v.empty() ? std::uint8_t{0} : v[0];
}

std::uint16_t Reader::u16be(std::string_view field) {
  View v = bytes(2, field);
  return v.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>((v[0] << 8) | v[1]);
}

std::uint16_t Reader::u16le(std::string_view field) {
  View v = bytes(2, field);
  return v.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>((v[1] << 8) | v[0]);
}

std::uint32_t Reader::u24be(std::string_view field) {
  View v = bytes(3, field);
  if (v.empty()) return 0;
  return (std::uint32_t{v[0]} << 16) | (std::uint32_t{v[1]} << 8) | v[2];
}

std::uint32_t Reader::u32be(std::string_view field) {
  View v = bytes(4, field);
  if (v.empty()) return 0;
  return (std::uint32_t{v[0]} << 24) | (std::uint32_t{v[1]} << 16) | (std::uint32_t{v[2]} << 8) | v[3];
}

std::uint32_t Reader::u32le(std::string_view field) {
  View v = bytes(4, field);
  if (v.empty()) return 0;
  return (std::uint32_t{v[3]} << 24) | (std::uint32_t{v[2]} << 16) | (std::uint32_t{v[1]} << 8) | v[0];
}

std::uint64_t Reader::u64le(std::string_view field) {
  std::uint64_t low = u32le(field);
  std::uint64_t high = u32le(field);
  return (high << 32) | low;
}

Reader Reader::sub(std::size_t n, std::string_view field) {
  std::size_t start = offset();
  View v = bytes(n, field);
  Reader inner(v, start);
  if (error_) inner.error_ = error_;
  return inner;
}

View Reader::rest() {
  return error_ ? View{} : bytes(bytes_.size() - at_, "rest");
}

void Reader::fail(std::string_view field, std::string_view reason) {
  if (!error_) error_ = DecodeError{field, offset(), reason};
}

void Reader::absorb(const Reader& inner) {
  if (!error_ && inner.error_) error_ = inner.error_;
}

Writer& Writer::u8(std::uint8_t v) {
  out_.push_back(v);
  return *this;
}
Writer& Writer::u16be(std::uint16_t v) {
  return u8(static_cast<std::uint8_t>(v >> 8)).u8(static_cast<std::uint8_t>(v));
}
Writer& Writer::u16le(std::uint16_t v) {
  return u8(static_cast<std::uint8_t>(v)).u8(static_cast<std::uint8_t>(v >> 8));
}
Writer& Writer::u24be(std::uint32_t v) {
  return u8(static_cast<std::uint8_t>(v >> 16)).u16be(static_cast<std::uint16_t>(v & 0xffff));
}
Writer& Writer::u32be(std::uint32_t v) {
  return u16be(static_cast<std::uint16_t>(v >> 16)).u16be(static_cast<std::uint16_t>(v & 0xffff));
}
Writer& Writer::u32le(std::uint32_t v) {
  return u16le(static_cast<std::uint16_t>(v & 0xffff)).u16le(static_cast<std::uint16_t>(v >> 16));
}
Writer& Writer::u64le(std::uint64_t v) {
  return u32le(static_cast<std::uint32_t>(v)).u32le(static_cast<std::uint32_t>(v >> 32));
}
Writer& Writer::bytes(View v) {
  out_.insert(out_.end(), v.begin(), v.end());
  return *this;
}
Writer& Writer::text(std::string_view v) {
  out_.insert(out_.end(), v.begin(), v.end());
  return *this;
}

void Writer::patch_u16be(std::size_t at, std::uint16_t v) {
  out_.at(at) = static_cast<std::uint8_t>(v >> 8);
  out_.at(at + 1) = static_cast<std::uint8_t>(v & 0xff);
}

void Writer::patch_u24be(std::size_t at, std::uint32_t v) {
  out_.at(at) = static_cast<std::uint8_t>((v >> 16) & 0xff);
  patch_u16be(at + 1, static_cast<std::uint16_t>(v & 0xffff));
}

std::string hex(View bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (std::uint8_t b : bytes) {
    out += digits[b >> 4];
    out += digits[b & 15];
  }
  return out;
}

std::string hex_dump(View bytes, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size() && i < limit; ++i) {
    if (i) out += ' ';
    out += hex(bytes.subspan(i, 1));
  }
  if (bytes.size() > limit) out += " …";
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  Bytes out;
  int high = -1;
  for (char c : text) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
    int v = c >= '0' && c <= '9'   ? c - '0'
            : c >= 'a' && c <= 'f' ? c - 'a' + 10
            : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                   : -1;
    if (v < 0) return std::nullopt;
    if (high < 0) {
      high = v;
    } else {
      out.push_back(static_cast<std::uint8_t>(high * 16 + v));
      high = -1;
    }
  }
  if (high >= 0) return std::nullopt;
  return out;
}

}  // namespace rdpdoctor
