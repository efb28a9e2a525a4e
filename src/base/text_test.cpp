#include "base/text.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;
using namespace std::string_literals;

namespace {
Bytes raw(std::string_view hex_text) {
  return from_hex(hex_text).value();
}
}  // namespace

TEST_CASE("UTF-16LE becomes UTF-8") {
  CHECK(utf16le_to_utf8(raw("5300 6500 7200 7600 6500 7200")) == "Server");
  CHECK(utf16le_to_utf8(raw("e400 ac20 3dd8 00de")) == "ä€\U0001F600");
  CHECK(utf16le_to_utf8(raw("4100 0000 4200")) == "A\0B"s);
  CHECK(utf16le_to_utf8({}) == "");
}

TEST_CASE("broken UTF-16LE becomes the replacement character") {
  CHECK(utf16le_to_utf8(raw("41")) == "\uFFFD");
  CHECK(utf16le_to_utf8(raw("4100 42")) == "A\uFFFD");
  CHECK(utf16le_to_utf8(raw("3dd8 4100")) == "\uFFFDA");
  CHECK(utf16le_to_utf8(raw("00de 3dd8")) == "\uFFFD\uFFFD");
  CHECK(utf16le_to_utf8(raw("3dd8 00")) == "\uFFFD\uFFFD");
}

TEST_CASE("UTF-8 becomes UTF-16LE") {
  CHECK(utf8_to_utf16le("Aä€\U0001F600") == raw("4100 e400 ac20 3dd8 00de"));
  CHECK(utf8_to_utf16le("").empty());
}

TEST_CASE("malformed UTF-8 becomes the replacement character") {
  CHECK(utf8_to_utf16le("\x80") == raw("fdff"));
  CHECK(utf8_to_utf16le("A\xc3") == raw("4100 fdff"));
  CHECK(utf8_to_utf16le("\xc3\x28") == raw("fdff 2800"));                    // a lead without its tail
  CHECK(utf8_to_utf16le("\xc0\xaf") == raw("fdff fdff"));                    // overlong
  CHECK(utf8_to_utf16le("\xe0\x80\xaf") == raw("fdff fdff fdff"));           // overlong
  CHECK(utf8_to_utf16le("\xed\xa0\x80") == raw("fdff fdff fdff"));           // a surrogate
  CHECK(utf8_to_utf16le("\xf4\x90\x80\x80") == raw("fdff fdff fdff fdff"));  // above U+10FFFF
  CHECK(utf8_to_utf16le("\xff") == raw("fdff"));
}

TEST_CASE("every code point survives the way to UTF-16 and back") {
  for (char32_t c = 1; c <= 0x10FFFF; c += 97) {
    if (0xD800 <= c && c <= 0xDFFF) continue;
    Writer units;
    if (c < 0x10000) {
      units.u16le(static_cast<std::uint16_t>(c));
    } else {
      units.u16le(static_cast<std::uint16_t>(0xD800 + ((c - 0x10000) >> 10)));
      units.u16le(static_cast<std::uint16_t>(0xDC00 + ((c - 0x10000) & 0x3FF)));
    }
    REQUIRE(utf8_to_utf16le(utf16le_to_utf8(units.view())) == units.view());
  }
}

TEST_CASE("printable text stays as it is") {
  CHECK(printable("HTTP/1.1 400 Bad Request") == "HTTP/1.1 400 Bad Request");
  CHECK(printable("Zürich – \U0001F600") == "Zürich – \U0001F600");
}

TEST_CASE("what a terminal would act on is shown as bytes") {
  CHECK(printable("\x1b[31mred\r\n\t\x7f") == "\\x1b[31mred\\x0d\\x0a\\x09\\x7f");
  CHECK(printable("a\0b"s) == "a\\x00b");
  CHECK(printable("\u009b") == "\\xc2\\x9b");             // C1: a control sequence introducer
  CHECK(printable("\u202egpj") == "\\xe2\\x80\\xaegpj");  // right-to-left override
  CHECK(printable("\u2066x") == "\\xe2\\x81\\xa6x");
  CHECK(printable("\xff\xfe") == "\\xff\\xfe");
  CHECK(printable(Bytes{0x03, 0x00, 'A'}) == "\\x03\\x00A");
}

TEST_CASE("printable text ends at the limit and never inside a character") {
  CHECK(printable("abcdef", 3) == "abc…");
  CHECK(printable("abc", 3) == "abc");
  CHECK(printable("abä", 3) == "ab…");
  CHECK(printable("x", 0) == "…");
  CHECK(printable("", 0) == "");
}

TEST_CASE("case, white space, splitting and joining") {
  CHECK(lower("Full Address ÄZ") == "full address Äz");
  CHECK(equal_ignoring_case("SRV-01", "srv-01"));
  CHECK_FALSE(equal_ignoring_case("SRV-01", "srv-012"));
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim("   ") == "");
  CHECK(split("a::b", ':') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", ':') == std::vector<std::string_view>{""});
  CHECK(join({"a", "b", "a"}, ", ") == "a, b, a");
  CHECK(join({}, ", ") == "");
}

TEST_CASE("a decimal number is the whole text or none") {
  CHECK(decimal<std::uint16_t>("65535") == 65535);
  CHECK(decimal<int>("-12") == -12);
  for (const char* text : {"", "65536", "-1", "+1", " 1", "1 ", "0x1", "1.0"}) {
    CAPTURE(text);
    CHECK_FALSE(decimal<std::uint16_t>(text).has_value());
  }
}

TEST_CASE("counts have a plural") {
  CHECK(count_of(0, "byte") == "0 bytes");
  CHECK(count_of(1, "byte") == "1 byte");
  CHECK(count_of(2, "byte") == "2 bytes");
}
