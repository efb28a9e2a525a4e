#include "wire/ber.h"

namespace rdpdoctor::wire {
namespace {

std::size_t ber_length(Reader& r, std::string_view field) {
  const std::uint8_t first = r.u8(field);
  if (first < 0x80) return first;
  const unsigned count = first & 0x7fU;
  if (count == 0 || 4 < count) {
    r.fail(field, "length of no bytes or of more than four");
    return 0;
  }
  std::size_t length = 0;
  for (unsigned i = 0; i < count; ++i) length = length << 8 | r.u8(field);
  return length;
}

}  // namespace

Reader ber_contents(Reader& r, std::uint32_t identifier, std::string_view field) {
  const std::uint32_t found = 0xff < identifier ? r.u16be(field) : r.u8(field);
  if (found != identifier) r.fail(field, "another type was expected");
  return r.sub(ber_length(r, field), field);
}

std::uint32_t ber_number(Reader& r, std::uint32_t identifier, std::string_view field) {
  Reader contents = ber_contents(r, identifier, field);
  if (contents.left() == 0 || 4 < contents.left()) r.fail(field, "number of no bytes or of more than four");
  std::uint32_t value = 0;
  while (r.ok() && contents.left() > 0) value = value << 8 | contents.u8(field);
  return value;
}

void put_ber(Writer& out, std::uint32_t identifier, View contents) {
  if (0xff < identifier) {
    out.u16be(static_cast<std::uint16_t>(identifier));
  } else {
    out.u8(static_cast<std::uint8_t>(identifier));
  }
  if (contents.size() < 0x80) {
    out.u8(static_cast<std::uint8_t>(contents.size()));
  } else {
    out.u8(0x84).u32be(static_cast<std::uint32_t>(contents.size()));
  }
  out.bytes(contents);
}

std::size_t per_length(Reader& r, std::string_view field) {
  const std::uint8_t first = r.u8(field);
  if (first < 0x80) return first;
  if (first & 0x40) {
    r.fail(field, "length in fragments");
    return 0;
  }
  return static_cast<std::size_t>(first & 0x3f) << 8 | r.u8(field);
}

void put_per_length(Writer& out, std::size_t length) {
  if (length < 0x80) {
    out.u8(static_cast<std::uint8_t>(length));
  } else {
    out.u16be(static_cast<std::uint16_t>(0x8000 | length));
  }
}

}  // namespace rdpdoctor::wire
