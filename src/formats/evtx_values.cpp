#include "formats/evtx_values.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "base/time.h"
#include "fmt/format.h"

namespace rdpdoctor::formats {
namespace {

std::uint64_t little_endian(View bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = std::min<std::size_t>(bytes.size(), 8); i-- > 0;) value = (value << 8) | bytes[i];
  return value;
}

std::int64_t sign_extended(View bytes) {
  const std::uint64_t value = little_endian(bytes);
  const std::size_t unused = 64 - 8 * std::min<std::size_t>(bytes.size(), 8);
  return unused == 64 ? 0 : static_cast<std::int64_t>(value << unused) >> unused;
}

template <class... Args>
void put(std::string& out, fmt::format_string<Args...> text, Args&&... args) {
  fmt::format_to(std::back_inserter(out), text, std::forward<Args>(args)...);
}

void append_hex(std::string& out, View bytes) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  for (std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

// Windows-1252, in which the ANSI strings of event logs are written more often than not.
void append_ansi(std::string& out, View bytes) {
  static constexpr std::u16string_view high =
      u"\u20AC\uFFFD\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\uFFFD\u017D\uFFFD"
      u"\uFFFD\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\uFFFD\u017E\u0178";
  while (!bytes.empty() && bytes.back() == 0) bytes = bytes.first(bytes.size() - 1);
  Bytes wide;
  wide.reserve(bytes.size() * 2);
  for (std::uint8_t byte : bytes) {
    const char16_t c = 0x80 <= byte && byte < 0xA0 ? high[byte - 0x80U] : char16_t{byte};
    wide.push_back(static_cast<std::uint8_t>(c & 0xFF));
    wide.push_back(static_cast<std::uint8_t>(c >> 8));
  }
  append_utf16(out, wide);
}

// [MS-DTYP] 2.3.4.2: three fields in little endian, then eight bytes as they are.
void append_guid(std::string& out, View bytes) {
  if (bytes.size() != 16) return append_hex(out, bytes);
  put(out, "{{{:08X}-{:04X}-{:04X}-", little_endian(bytes.first(4)), little_endian(bytes.subspan(4, 2)),
      little_endian(bytes.subspan(6, 2)));
  append_hex(out, bytes.subspan(8, 2));
  out += '-';
  append_hex(out, bytes.subspan(10));
  out += '}';
}

// [MS-DTYP] 2.4.2.2: revision, count, the authority in big endian, the sub-authorities in little endian.
void append_sid(std::string& out, View bytes) {
  if (bytes.size() < 8 || (bytes.size() - 8) / 4 < bytes[1]) return append_hex(out, bytes);
  std::uint64_t authority = 0;
  for (std::uint8_t byte : bytes.subspan(2, 6)) authority = (authority << 8) | byte;
  put(out, "S-{}-{}", bytes[0], authority);
  for (std::size_t i = 0; i < bytes[1]; ++i) put(out, "-{}", little_endian(bytes.subspan(8 + 4 * i, 4)));
}

// "2021-12-16T10:25:32.351835800Z": all nine digits, as Windows writes it.
void append_file_time(std::string& out, View bytes) {
  if (bytes.size() != 8) return append_hex(out, bytes);
  static constexpr std::uint64_t per_second = 10'000'000;
  const std::uint64_t ticks = little_endian(bytes);
  out += to_rfc3339(from_filetime(ticks / per_second * per_second));
  out.pop_back();
  put(out, ".{:07}00Z", ticks % per_second);
}

// [MS-DTYP] 2.3.13: year, month, day of the week, day, hour, minute, second, milliseconds.
void append_system_time(std::string& out, View bytes) {
  if (bytes.size() != 16) return append_hex(out, bytes);
  auto field = [bytes](std::size_t i) { return little_endian(bytes.subspan(2 * i, 2)); };
  put(out, "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", field(0), field(1), field(3), field(4), field(5),
      field(6), field(7));
}

void append_real(std::string& out, View bytes) {
  if (bytes.size() == 4)
    return put(out, "{}", std::bit_cast<float>(static_cast<std::uint32_t>(little_endian(bytes))));
  if (bytes.size() == 8) return put(out, "{}", std::bit_cast<double>(little_endian(bytes)));
  append_hex(out, bytes);
}

}  // namespace

std::size_t fixed_size(std::uint8_t type) {
  switch (static_cast<ValueType>(type)) {
    case ValueType::int8:
    case ValueType::uint8: return 1;
    case ValueType::int16:
    case ValueType::uint16: return 2;
    case ValueType::int32:
    case ValueType::uint32:
    case ValueType::real32:
    case ValueType::boolean:
    case ValueType::hex_int32: return 4;
    case ValueType::int64:
    case ValueType::uint64:
    case ValueType::real64:
    case ValueType::file_time:
    case ValueType::size_t_hex:
    case ValueType::hex_int64: return 8;
    case ValueType::guid:
    case ValueType::system_time: return 16;
    default: return 0;
  }
}

void append_utf16(std::string& out, View bytes) {
  std::size_t size = bytes.size() & ~std::size_t{1};
  while (size != 0 && bytes[size - 1] == 0 && bytes[size - 2] == 0) size -= 2;
  std::size_t ascii = 0;
  while (ascii < size && bytes[ascii + 1] == 0 && bytes[ascii] < 0x80) ascii += 2;
  const std::size_t had = out.size();
  out.resize(had + ascii / 2);
  for (std::size_t i = 0; i < ascii; i += 2) out[had + i / 2] = static_cast<char>(bytes[i]);
  if (ascii != size) out += utf16le_to_utf8(bytes.subspan(ascii, size - ascii));
}

void append_value(std::string& out, std::uint8_t type, View bytes) {
  if (bytes.empty()) return;
  switch (static_cast<ValueType>(type)) {
    case ValueType::null: return;
    case ValueType::string: return append_utf16(out, bytes);
    case ValueType::ansi_string: return append_ansi(out, bytes);
    case ValueType::int8:
    case ValueType::int16:
    case ValueType::int32:
    case ValueType::int64: return put(out, "{}", sign_extended(bytes));
    case ValueType::uint8:
    case ValueType::uint16:
    case ValueType::uint32:
    case ValueType::uint64: return put(out, "{}", little_endian(bytes));
    case ValueType::real32:
    case ValueType::real64: return append_real(out, bytes);
    case ValueType::boolean: out += little_endian(bytes) == 0 ? "false" : "true"; return;
    case ValueType::guid: return append_guid(out, bytes);
    case ValueType::size_t_hex:
    case ValueType::hex_int32:
    case ValueType::hex_int64: return put(out, "0x{:x}", little_endian(bytes));
    case ValueType::file_time: return append_file_time(out, bytes);
    case ValueType::system_time: return append_system_time(out, bytes);
    case ValueType::sid: return append_sid(out, bytes);
    default: return append_hex(out, bytes);
  }
}

View take_item(std::uint8_t type, View& items) {
  const auto kind = static_cast<ValueType>(type);
  std::size_t size = fixed_size(type);
  std::size_t terminator = 0;
  if (kind == ValueType::string) {
    while (size + 2 <= items.size() && (items[size] != 0 || items[size + 1] != 0)) size += 2;
    terminator = 2;
  } else if (kind == ValueType::ansi_string) {
    while (size < items.size() && items[size] != 0) ++size;
    terminator = 1;
  } else if (kind == ValueType::sid) {
    size = items.size() < 2 ? items.size() : 8 + std::size_t{4} * items[1];
  } else if (size == 0) {
    size = items.size();
  }
  size = std::min(size, items.size());
  View item = items.first(size);
  items = items.subspan(std::min(size + terminator, items.size()));
  return item;
}

}  // namespace rdpdoctor::formats
