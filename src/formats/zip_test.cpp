#include "formats/zip.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/zip_writer.h"

namespace rdpdoctor::formats {
namespace {

using test::TestMember;
using test::ZipFile;

class InMemory : public RandomSource {
 public:
  explicit InMemory(Bytes bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (bytes_.size() < offset || bytes_.size() - offset < out.size())
      return std::unexpected(Error{"read beyond the end", ErrorKind::bug, 0, ""});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }

 private:
  Bytes bytes_;
};

Bytes text(std::size_t n) {
  Bytes out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(i * i >> 3);
  return out;
}

Result<Bytes> content(RandomSource& archive, const ZipMember& member) {
  auto source = open_member(archive, member);
  if (!source) return std::unexpected(source.error());
  return read_all(**source, 10'000'000);
}

ZipFile two_members() {
  ZipFile zip;
  zip.add({.name = "folder/"});
  zip.add({.name = "folder/a.txt", .content = text(5000)});
  zip.add({.name = "b.bin", .content = text(300), .deflate = false});
  return zip;
}

}  // namespace

TEST_CASE("members are listed without folders, and unpacked") {
  InMemory archive(two_members().bytes());
  auto listing = list_zip(archive);
  REQUIRE(listing.has_value());
  REQUIRE(listing->members.size() == 2);
  CHECK(listing->left_out.empty());
  CHECK(listing->members[0].name == "folder/a.txt");
  CHECK(listing->members[0].size == 5000);
  CHECK(content(archive, listing->members[0]) == text(5000));
  CHECK(content(archive, listing->members[1]) == text(300));
}

TEST_CASE("zip64, a comment and a program in front change nothing") {
  for (std::size_t before : {0UL, 1234UL}) {
    for (bool zip64 : {false, true}) {
      if (zip64 && before != 0) continue;  // its locator tells a place in the file
      ZipFile zip;
      zip.add({.name = "a", .content = text(700), .zip64 = zip64});
      InMemory archive(zip.bytes(before, zip64, "PK\5\6 is no end"));
      auto listing = list_zip(archive);
      REQUIRE(listing.has_value());
      REQUIRE(listing->members.size() == 1);
      CHECK(content(archive, listing->members[0]) == text(700));
    }
  }
}

TEST_CASE("names that lead out of the archive, encrypted members and other methods are left out, and told") {
  ZipFile zip;
  for (const char* name : {"../up", "a/../../up", "/root", "C:\\x", "a\\..\\b"}) zip.add({.name = name});
  zip.add({.name = "locked", .flags = 1});
  zip.add({.name = "other", .method = 14});
  zip.add({.name = "dir\\fine", .content = text(3)});
  InMemory archive(zip.bytes());
  auto listing = list_zip(archive);
  REQUIRE(listing.has_value());
  REQUIRE(listing->members.size() == 1);
  CHECK(listing->members[0].name == "dir/fine");
  CHECK(listing->left_out.size() == 7);
  CHECK(std::ranges::count(listing->left_out, "locked: encrypted") == 1);
  CHECK(std::ranges::count(listing->left_out, "other: packed by method 14") == 1);
}

TEST_CASE("a member that lies about its size or its CRC is told") {
  for (bool deflate : {false, true}) {
    ZipFile zip;
    zip.add({.name = "shorter", .content = text(900), .deflate = deflate, .size_lie = -100});
    zip.add({.name = "longer", .content = text(900), .deflate = deflate, .size_lie = 100});
    zip.add({.name = "crc", .content = text(900), .deflate = deflate, .crc_lie = 1});
    InMemory archive(zip.bytes());
    auto listing = list_zip(archive);
    REQUIRE(listing.has_value());
    REQUIRE(listing->members.size() == 3);
    for (const ZipMember& member : listing->members) {
      CAPTURE(member.name);
      auto got = content(archive, member);
      REQUIRE_FALSE(got.has_value());
      CHECK(got.error().kind == ErrorKind::malformed);
    }
  }
}

TEST_CASE("members that share their bytes are left out but the first") {
  ZipFile zip;
  zip.add({.name = "a", .content = text(500)});
  zip.add({.name = "b", .content = text(500)});
  Bytes bytes = zip.bytes();
  // The second entry of the directory leads to the first member.
  const std::size_t second = zip.directory_at() + 46 + 1;
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(second + 42), 4, 0);
  InMemory archive(bytes);
  auto listing = list_zip(archive);
  REQUIRE(listing.has_value());
  CHECK(listing->members.size() == 1);
  CHECK(listing->left_out == std::vector<std::string>{"b: overlaps another member"});
}

TEST_CASE("an archive that is cut off anywhere gives what is there, or an error") {
  const Bytes whole = two_members().bytes();
  std::size_t most = 0;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    CAPTURE(n);
    InMemory archive(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)));
    auto listing = list_zip(archive);
    if (!listing) continue;
    CHECK_FALSE(listing->left_out.empty());
    most = std::max(most, listing->members.size());
    for (const ZipMember& member : listing->members) {
      auto got = content(archive, member);
      if (got) CHECK(got->size() == member.size);
    }
  }
  CHECK(most == 2);
}

TEST_CASE("a changed byte anywhere gives members or errors, never a crash") {
  const Bytes whole = two_members().bytes();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (std::uint8_t flip : Bytes{0x01, 0x80, 0xff}) {
      Bytes changed = whole;
      changed[at] ^= flip;
      InMemory archive(changed);
      auto listing = list_zip(archive);
      if (!listing) continue;
      CHECK(listing->members.size() <= 3);
      for (const ZipMember& member : listing->members) {
        auto got = content(archive, member);
        if (got) CHECK(got->size() == member.size);
      }
    }
  }
}

}  // namespace rdpdoctor::formats
