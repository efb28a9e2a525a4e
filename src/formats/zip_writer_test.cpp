#include "formats/zip_writer.h"

#include <doctest/doctest.h>

#include "formats/zip.h"

namespace rdpdoctor::formats {
namespace {

const Instant made = from_civil(2026, 11, 21, 13, 14, 16);

Bytes content_of(RandomSource& archive, const ZipMember& member) {
  auto source = open_member(archive, member);
  REQUIRE(source.has_value());
  auto bytes = read_all(**source, 1U << 24U);
  REQUIRE(bytes.has_value());
  return *bytes;
}

}  // namespace

TEST_CASE("what is written is what our own reader reads, whatever it holds") {
  Bytes noise(300'000);
  std::uint32_t state = 1;
  for (auto& byte : noise) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24U);
  const std::map<std::string, Bytes> members{
      {"case.json", Bytes(100'000, 'a')}, {"empty", {}}, {"files/\xC3\xA4 \xE2\x82\xAC.bin", noise}};
  auto zip = write_zip(members, made);
  REQUIRE(zip.has_value());
  CHECK(is_zip(*zip));
  CHECK(zip->size() < 310'000);
  CHECK(*zip == *write_zip(members, made));
  auto archive = random_of(*zip);
  auto listing = list_zip(*archive);
  REQUIRE(listing.has_value());
  CHECK(listing->left_out.empty());
  REQUIRE(listing->members.size() == members.size());
  for (const ZipMember& member : listing->members)
    CHECK(content_of(*archive, member) == members.at(member.name));
}

TEST_CASE("an archive of nothing is one, too") {
  auto zip = write_zip({}, made);
  REQUIRE(zip.has_value());
  CHECK(zip->size() == 22);
}

TEST_CASE("the time is the one that was given, as MS-DOS has it") {
  auto zip = write_zip({{"a", {}}}, made);
  REQUIRE(zip.has_value());
  Reader header{View(*zip)};
  header.skip(10, "");
  CHECK(header.u16le("time") == (13U << 11U | 14U << 5U | 8U));
  CHECK(header.u16le("date") == (46U << 9U | 11U << 5U | 21U));
  for (const int year : {1601, 1979, 2108}) {
    auto outside = write_zip({{"a", {}}}, from_civil(year, 6, 1, 0, 0, 0));
    REQUIRE(outside.has_value());
    CHECK(std::pair((*outside)[12], (*outside)[13]) == std::pair<std::uint8_t, std::uint8_t>(0x21, 0));
  }
}

TEST_CASE("more members than the form holds are an error, and not a broken archive") {
  std::map<std::string, Bytes> members;
  for (int i = 0; i < 65'535; ++i) members[std::to_string(i)];
  CHECK_FALSE(write_zip(members, made).has_value());
}

}  // namespace rdpdoctor::formats
