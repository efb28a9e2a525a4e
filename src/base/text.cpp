#include "base/text.h"

#include <algorithm>

namespace rdpdoctor {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct CodePoint {
  char32_t value = replacement;
  std::size_t size = 1;  // bytes it took; 1 for a byte that begins nothing valid
  bool valid = false;
};

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

// RFC 3629: shortest form only, no surrogates, nothing above U+10FFFF. REQUIRES: at < text.size().
CodePoint code_point_at(std::string_view text, std::size_t at) {
  const std::uint8_t lead = byte_at(text, at);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t size = lead >= 0xF5 ? 0 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (size == 0 || text.size() - at < size) return {};
  char32_t value = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    const std::uint8_t next = byte_at(text, at + i);
    if ((next & 0xC0) != 0x80) return {};
    value = (value << 6) | (next & 0x3FU);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  const bool surrogate = 0xD800 <= value && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, size, true};
}

void append_utf8(std::string& out, char32_t c) {
  auto add = [&out](char32_t byte) { out += static_cast<char>(static_cast<std::uint8_t>(byte)); };
  if (c < 0x80) return add(c);
  if (c < 0x800) {
    add(0xC0 | (c >> 6));
  } else if (c < 0x10000) {
    add(0xE0 | (c >> 12));
    add(0x80 | ((c >> 6) & 0x3F));
  } else {
    add(0xF0 | (c >> 18));
    add(0x80 | ((c >> 12) & 0x3F));
    add(0x80 | ((c >> 6) & 0x3F));
  }
  add(0x80 | (c & 0x3F));
}

// What a terminal would act on instead of showing: C0, DEL, C1 and the characters that reorder text.
bool acts_on_terminal(char32_t c) {
  return c < 0x20 || (0x7F <= c && c <= 0x9F) || (0x202A <= c && c <= 0x202E) || (0x2066 <= c && c <= 0x2069);
}

bool is_space(char c) {
  return c == ' ' || ('\t' <= c && c <= '\r');
}
char lower(char c) {
  return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string utf16le_to_utf8(View bytes) {
  std::string out;
  auto unit = [bytes](std::size_t at) -> char32_t {
    return static_cast<char32_t>(bytes[at] | (bytes[at + 1] << 8));
  };
  std::size_t at = 0;
  while (bytes.size() - at >= 2) {
    char32_t c = unit(at);
    at += 2;
    const bool high = 0xD800 <= c && c <= 0xDBFF;
    if (high && bytes.size() - at >= 2 && 0xDC00 <= unit(at) && unit(at) <= 0xDFFF) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(at) - 0xDC00);
      at += 2;
    } else if (0xD800 <= c && c <= 0xDFFF) {
      c = replacement;
    }
    append_utf8(out, c);
  }
  if (at < bytes.size()) append_utf8(out, replacement);
  return out;
}

Bytes utf8_to_utf16le(std::string_view text) {
  Writer out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    at += c.size;
    if (c.value < 0x10000) {
      out.u16le(static_cast<std::uint16_t>(c.value));
    } else {
      out.u16le(static_cast<std::uint16_t>(0xD800 + ((c.value - 0x10000) >> 10)));
      out.u16le(static_cast<std::uint16_t>(0xDC00 + ((c.value - 0x10000) & 0x3FF)));
    }
  }
  return out.take();
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const CodePoint c = code_point_at(text, at);
    if (limit - at < c.size) break;  // INVARIANT: at <= limit
    const std::string_view raw = text.substr(at, c.size);
    at += c.size;
    if (c.valid && !acts_on_terminal(c.value)) {
      out += raw;
      continue;
    }
    for (char byte : raw) {
      const std::uint8_t value = static_cast<std::uint8_t>(byte);
      out.append("\\x").append(hex(View(&value, 1)));
    }
  }
  if (at < text.size()) out += "…";
  return out;
}

std::string printable(View bytes, std::size_t limit) {
  return printable(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()), limit);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += separator;
    out += part;
  }
  return out;
}

std::string count_of(std::size_t n, std::string_view noun) {
  std::string out = std::to_string(n);
  out.append(" ").append(noun);
  if (n != 1) out += 's';
  return out;
}

}  // namespace rdpdoctor
