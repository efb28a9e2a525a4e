#include "formats/version_resource.h"

#include <doctest/doctest.h>

#include "support/client_files.h"

namespace rdpdoctor::formats {
namespace {

// "" where there is no version, "error" where it can't be read.
std::string version_of(Bytes bytes) {
  auto file = random_of(std::move(bytes));
  auto version = file_version(*file);
  if (!version) return "error";
  return *version ? to_text(**version) : "";
}

Bytes sample() {
  return test::library_with_version({10, 0, 22621, 3007});
}

}  // namespace

TEST_CASE("the file version of a library is read out of its version resource") {
  CHECK(version_of(sample()) == "10.0.22621.3007");
  CHECK(version_of(test::library_with_version({6, 65535, 0, 1})) == "6.65535.0.1");
}

TEST_CASE("a file without resources, or without that one, has no version") {
  Bytes none = sample();
  std::fill_n(none.begin() + 64 + 24 + 108 + 4 + 16, 4, std::uint8_t{0});  // Resource Table
  CHECK(version_of(std::move(none)).empty());
  Bytes other = sample();
  other[264 + 16] = 24;  // RT_MANIFEST
  CHECK(version_of(std::move(other)).empty());
}

TEST_CASE("what is no PE file is an error") {
  CHECK(version_of({}) == "error");
  CHECK(version_of(Bytes(4096)) == "error");
  Bytes text(200, 'M');
  CHECK(version_of(std::move(text)) == "error");
}

TEST_CASE("every truncation is an error, none gives another version") {
  const Bytes whole = sample();
  const std::size_t enough = 264 + 0x58 + 56;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
    CHECK(version_of(std::move(cut)) == (n < enough ? "error" : "10.0.22621.3007"));
  }
}

TEST_CASE("any byte changed gives a version, none, or an error") {
  const Bytes whole = sample();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes changed = whole;
      changed[i] ^= static_cast<std::uint8_t>(1U << static_cast<unsigned>(bit));
      CHECK(version_of(std::move(changed)).size() <= 23);
    }
  }
}

}  // namespace rdpdoctor::formats
