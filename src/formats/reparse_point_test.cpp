#include "formats/reparse_point.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

Bytes junction(std::string_view target) {
  const Bytes name = utf8_to_utf16le(target);
  const auto length = static_cast<std::uint16_t>(name.size());
  return Writer()
      .u32le(0xA0000003)
      .u16le(static_cast<std::uint16_t>(8 + length))
      .u16le(0)
      .u16le(0)
      .u16le(length)
      .u16le(length)
      .u16le(0)
      .bytes(name)
      .take();
}

// The print name first, as Windows writes it.
Bytes symlink(std::string_view target, std::string_view shown, std::uint32_t flags) {
  const Bytes name = utf8_to_utf16le(target), print = utf8_to_utf16le(shown);
  const auto length = static_cast<std::uint16_t>(name.size()),
             before = static_cast<std::uint16_t>(print.size());
  return Writer()
      .u32le(0xA000000C)
      .u16le(static_cast<std::uint16_t>(12 + length + before))
      .u16le(0)
      .u16le(before)
      .u16le(length)
      .u16le(0)
      .u16le(before)
      .u32le(flags)
      .bytes(print)
      .bytes(name)
      .take();
}

}  // namespace

TEST_CASE("a junction's and a link's target is told without the prefix of the object manager") {
  auto to_users = decode_reparse_point(junction(R"(\??\C:\Users)"));
  REQUIRE(to_users.has_value());
  CHECK(to_users->target == R"(C:\Users)");
  CHECK(!to_users->relative);
  CHECK(is_name_surrogate(to_users->tag));
  auto absolute = decode_reparse_point(symlink(R"(\??\D:\Data)", R"(D:\Data)", 0));
  REQUIRE(absolute.has_value());
  CHECK(absolute->target == R"(D:\Data)");
  auto relative = decode_reparse_point(symlink(R"(..\x)", R"(..\x)", 1));
  REQUIRE(relative.has_value());
  CHECK(relative->target == R"(..\x)");
  CHECK(relative->relative);
}

TEST_CASE("other tags have no target and a name where one is known") {
  auto dedup = decode_reparse_point(Writer().u32le(0x80000013).u16le(0).u16le(0).take());
  REQUIRE(dedup.has_value());
  CHECK(dedup->target.empty());
  CHECK(!is_name_surrogate(dedup->tag));
  CHECK(reparse_tag_words(dedup->tag) == "deduplicated (reparse tag 0x80000013)");
  CHECK(reparse_tag_words(0x9000301A) == "kept in a cloud (reparse tag 0x9000301a)");
  CHECK(reparse_tag_words(0x12345678) == "a reparse point (reparse tag 0x12345678)");
}

TEST_CASE("every truncation of a reparse point is an error, and a name beyond its end too") {
  const Bytes whole = symlink(R"(\??\C:\Users)", R"(C:\Users)", 0);
  for (std::size_t n = 0; n < whole.size(); ++n)
    CHECK(!decode_reparse_point(View(whole).first(n)).has_value());
  Bytes beyond = junction("C:");
  beyond[10] = 200;  // SubstituteNameLength
  auto decoded = decode_reparse_point(beyond);
  REQUIRE(!decoded.has_value());
  CHECK(decoded.error().field == "PathBuffer");
}

}  // namespace rdpdoctor::formats
