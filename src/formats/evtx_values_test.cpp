#include "formats/evtx_values.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace rdpdoctor;
using namespace rdpdoctor::formats;

namespace {

std::string shown(ValueType type, const std::string& hex_bytes) {
  std::string out;
  append_value(out, static_cast<std::uint8_t>(type), *from_hex(hex_bytes));
  return out;
}

}  // namespace

TEST_CASE("numbers are shown by their type and read by their size") {
  CHECK(shown(ValueType::int8, "FF") == "-1");
  CHECK(shown(ValueType::uint8, "FF") == "255");
  CHECK(shown(ValueType::int16, "00 80") == "-32768");
  CHECK(shown(ValueType::uint16, "00 80") == "32768");
  CHECK(shown(ValueType::int32, "FE FF FF FF") == "-2");
  CHECK(shown(ValueType::uint32, "FE FF FF FF") == "4294967294");
  CHECK(shown(ValueType::int64, "FE FF FF FF FF FF FF FF") == "-2");
  CHECK(shown(ValueType::uint64, "FF FF FF FF FF FF FF FF") == "18446744073709551615");
  CHECK(shown(ValueType::uint32, "01") == "1");  // a size that is not the type's
  CHECK(shown(ValueType::uint32, "") == "");
  CHECK(shown(ValueType::hex_int32, "22 00 00 C0") == "0xc0000022");
  CHECK(shown(ValueType::hex_int64, "E7 03 00 00 00 00 00 00") == "0x3e7");
  CHECK(shown(ValueType::size_t_hex, "4C 02 00 00") == "0x24c");
  CHECK(shown(ValueType::real32, "00 00 C0 3F") == "1.5");
  CHECK(shown(ValueType::real64, "00 00 00 00 00 00 F8 3F") == "1.5");
}

TEST_CASE("truth has four bytes, and has been seen with other sizes") {
  CHECK(shown(ValueType::boolean, "01 00 00 00") == "true");
  CHECK(shown(ValueType::boolean, "00 00 00 00") == "false");
  CHECK(shown(ValueType::boolean, "01") == "true");
  CHECK(shown(ValueType::boolean, "00 00 00 00 00 00 00 01") == "true");
}

TEST_CASE("times are UTC") {
  CHECK(shown(ValueType::file_time, "96 A5 66 41 67 F2 D7 01") == "2021-12-16T10:25:32.351835800Z");
  CHECK(shown(ValueType::file_time, "00 00 00 00 00 00 00 00") == "1601-01-01T00:00:00.000000000Z");
  CHECK(shown(ValueType::file_time, "00 00") == "0000");
  CHECK(shown(ValueType::system_time, "E5 07 0C 00 04 00 10 00 0A 00 19 00 20 00 5F 01") ==
        "2021-12-16T10:25:32.351Z");
}

TEST_CASE("identifiers have their usual form") {
  CHECK(shown(ValueType::guid, "63 AA 6B C7 E1 81 1C 42 B4 25 34 0B 4B 24 15 7F") ==
        "{C76BAA63-81E1-421C-B425-340B4B24157F}");
  CHECK(shown(ValueType::guid, "63 AA") == "63AA");
  CHECK(shown(ValueType::sid, "01 01 00 00 00 00 00 05 14 00 00 00") == "S-1-5-20");
  CHECK(shown(ValueType::sid, "01 02 00 00 00 00 00 05 14 00 00 00") == "010200000000000514000000");
}

TEST_CASE("text ends before its terminators") {
  CHECK(shown(ValueType::string, "41 00 42 00 00 00 00 00") == "AB");
  CHECK(shown(ValueType::string, "41 00 AC 20 42 00") == "A\u20ACB");
  CHECK(shown(ValueType::string, "41 00 00 00 42 00") == std::string("A\0B", 3));
  CHECK(shown(ValueType::string, "3D D8 00 DE") == "\U0001F600");
  CHECK(shown(ValueType::string, "3D D8 41") == "\uFFFD");
  CHECK(shown(ValueType::ansi_string, "41 80 E9 00") == "A\u20AC\u00E9");
  CHECK(shown(ValueType::binary, "DE AD 0F") == "DEAD0F");
  CHECK(shown(static_cast<ValueType>(0x7E), "01 02") == "0102");  // not known
  CHECK(shown(ValueType::null, "01 02") == "");
}

TEST_CASE("items are taken off until none is left") {
  auto items = [](std::uint8_t type, const std::string& hex_bytes) {
    const Bytes bytes = *from_hex(hex_bytes);
    View left = bytes;
    std::string out;
    while (!left.empty()) out.append(hex(take_item(type, left))).append("|");
    return out;
  };
  CHECK(items(0x06, "01 00 02 00 03") == "0100|0200|03|");
  CHECK(items(0x01, "41 00 00 00 00 00 42 00") == "4100||4200|");
  CHECK(items(0x01, "41") == "|");
  CHECK(items(0x02, "41 00 42") == "41|42|");
  CHECK(items(0x13, "01 01 00 00 00 00 00 05 14 00 00 00 01") == "010100000000000514000000|01|");
  CHECK(items(0x0E, "01 02 03") == "010203|");
}
