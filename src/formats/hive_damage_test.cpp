// Hives that are damaged or made to mislead: never "not there" for what can't be read, and always an end.
#include <doctest/doctest.h>

#include <functional>

#include "fmt/core.h"
#include "formats/hive.h"
#include "support/hive_in_memory.h"
#include "support/hive_writer.h"

namespace rdpdoctor::formats {
namespace {

using test::hive_file;
using test::HiveNode;
using test::HiveStyle;
using test::InMemory;
using test::key_at;
using test::put_u32;

HiveNode small_tree() {
  HiveNode root{.name = "ROOT"};
  root.key("A\\B").dword("n", 1).sz("text", "something longer");
  root.key("C").set("data", 3, Bytes(20));
  root.key("D\\E\\F");
  return root;
}

// Where the record of this signature and this number is, in the file, after its cell's size.
std::size_t record(const Bytes& file, std::string_view signature, std::size_t number = 0) {
  for (std::size_t at = 4096 + 32; at + 6 < file.size(); at += 8) {
    if (std::equal(signature.begin(), signature.end(), file.begin() + static_cast<std::ptrdiff_t>(at + 4)) &&
        number-- == 0)
      return at + 4;
  }
  FAIL("no such record");
  return 0;
}

struct Walk {
  std::size_t keys = 0;
  std::size_t bytes = 0;
  std::size_t errors = 0;
};

void walk(Hive& hive, HiveKey key, Walk& seen) {
  ++seen.keys;
  if (auto security = hive.security(key)) seen.bytes += security->size();
  auto values = hive.values(key);
  seen.errors += values ? 0 : 1;
  for (const HiveValue& v : values.value_or(std::vector<HiveValue>{})) {
    seen.bytes += v.data.size();
    auto again = hive.value(key, v.name);
    CHECK((again && *again));
  }
  auto below = hive.subkeys(key);
  seen.errors += below ? 0 : 1;
  for (const HiveChild& child : below.value_or(std::vector<HiveChild>{})) walk(hive, child.key, seen);
}

// Everything of it; nothing when it does not open.
std::optional<Walk> walk(const Bytes& bytes) {
  InMemory file(bytes);
  auto hive = Hive::open(file);
  if (!hive) return std::nullopt;
  Walk seen;
  seen.errors += (*hive)->check_bins() ? 0 : 1;
  walk(**hive, (*hive)->root(), seen);
  return seen;
}

TEST_CASE("a hive that is cut off anywhere is told as damaged") {
  const Bytes whole = hive_file(small_tree());
  for (std::size_t n = 0; n < whole.size(); n += n < 4096 ? 64 : 1) {
    const auto seen = walk(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)));
    if (seen) CHECK(seen->errors != 0);
  }
  CHECK(walk(whole)->errors == 0);
  CHECK(walk(whole)->keys == 7);
}

TEST_CASE("one damaged byte anywhere is survived") {
  const Bytes whole = hive_file(small_tree());
  for (std::size_t at = 0; at < 4096 + 2048; ++at) {
    for (const std::uint8_t change : Bytes{0x01, 0x80, 0xFF}) {
      Bytes damaged = whole;
      damaged[at] ^= change;
      const auto seen = walk(damaged);
      if (!seen) continue;
      CHECK(seen->keys <= 7);
      CHECK(seen->bytes < 8192);
    }
  }
}

TEST_CASE("what is below a list that can't be read is not said to be absent") {
  struct Case {
    std::string_view what;
    std::function<void(Bytes&)> damage;
    std::string_view told;
  };
  const std::vector<Case> cases{
      {"a key", [](Bytes& f) { f[record(f, "nk", 1)] = 'x'; }, "expected the signature \"nk\""},
      {"a list", [](Bytes& f) { f[record(f, "lh", 3)] = 'x'; }, "expected a list (lf, lh, li or ri)"},
      {"a freed key", [](Bytes& f) { put_u32(f, record(f, "nk", 1) - 4, 96); }, "a cell that is in use"},
      {"a cell of no size", [](Bytes& f) { put_u32(f, record(f, "nk", 1) - 4, 0); }, "a cell that is in use"},
      {"a large cell", [](Bytes& f) { put_u32(f, record(f, "nk", 1) - 4, 0x80000000); }, "ends in its bin"},
      {"a small cell", [](Bytes& f) { put_u32(f, record(f, "nk", 1) - 4, 0U - 64); }, "at least 76 bytes"},
      {"a long name", [](Bytes& f) { f[record(f, "nk", 1) + 73] = 1; }, "a name that ends in its cell"},
      {"an offset", [](Bytes& f) { put_u32(f, record(f, "lh", 3) + 4, 0x7FFFFFF8); }, "inside of the hive"},
      {"a crooked offset", [](Bytes& f) { f[record(f, "lh", 3) + 4] ^= 4; }, "inside of the hive"},
      {"the bin's header", [](Bytes& f) { put_u32(f, record(f, "lh", 3) + 4, 8); }, "one of the hive's bins"},
      {"more subkeys", [](Bytes& f) { f[record(f, "nk", 0) + 20] = 4; }, "expected 4 subkeys"},
      {"fewer subkeys", [](Bytes& f) { f[record(f, "nk", 0) + 20] = 2; }, "expected 2 subkeys"},
      {"another parent", [](Bytes& f) { f[record(f, "nk", 1) + 16] ^= 8; }, "below the one that lists it"},
      {"very many", [](Bytes& f) { put_u32(f, record(f, "nk", 0) + 20, 0xFFFFFFFF); }, "than the hive can"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    Bytes bytes = hive_file(small_tree());
    c.damage(bytes);
    InMemory file(bytes);
    auto hive = Hive::open(file);
    auto found = hive ? (*hive)->child((*hive)->root(), "no such key")
                      : Result<std::optional<HiveKey>>(std::unexpected(hive.error()));
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().kind == ErrorKind::malformed);
    CHECK_MESSAGE(to_text(found.error()).find(c.told) != std::string::npos, to_text(found.error()));
    CHECK(to_text(found.error()).starts_with("damaged: "));
    CHECK(to_text(found.error()).find(" at byte ") != std::string::npos);
    if (hive) CHECK_FALSE((*hive)->children((*hive)->root()).has_value());
  }
}

TEST_CASE("what can be read beside a damaged key is found") {
  Bytes bytes = hive_file(small_tree());
  bytes[record(bytes, "nk", 1)] = 'x';  // A
  InMemory file(bytes);
  auto hive = Hive::open(file);
  REQUIRE(hive.has_value());
  CHECK(key_at(**hive, "C").has_value());
  CHECK(key_at(**hive, "D\\E\\F").has_value());
}

TEST_CASE("values that can't be read are not said to be absent") {
  Bytes bytes = hive_file(small_tree());
  bytes[record(bytes, "vk", 0)] = 'x';
  InMemory file(bytes);
  auto hive = Hive::open(file);
  REQUIRE(hive.has_value());
  const auto key = key_at(**hive, "A\\B");
  REQUIRE(key.has_value());
  CHECK((*hive)->value(*key, "text").has_value());
  CHECK_FALSE((*hive)->value(*key, "n").has_value());
  CHECK_FALSE((*hive)->value(*key, "other").has_value());
  CHECK_FALSE((*hive)->values(*key).has_value());
}

TEST_CASE("a bin without its header is damage, and so is what lies in it") {
  HiveNode root{.name = "ROOT"};
  for (int i = 0; i < 100; ++i) root.key(fmt::format("Key{}", i)).set("data", 3, Bytes(200));
  Bytes bytes = hive_file(root);
  std::fill_n(bytes.begin() + 4096 * 3, 4, std::uint8_t{0});
  InMemory file(bytes);
  auto hive = Hive::open(file);
  REQUIRE(hive.has_value());
  auto bins = (*hive)->check_bins();
  REQUIRE_FALSE(bins.has_value());
  CHECK(to_text(bins.error()) ==
        "damaged: bin at byte 12288 of the hive: malformed; expected the header of a bin (\"hbin\")");
  CHECK(walk(bytes)->errors > 1);
}

TEST_CASE("lists that name one thing many times have an end") {
  HiveNode root{.name = "ROOT"};
  root.set("data", 3, Bytes(16'000));
  for (int i = 0; i < 900; ++i) root.dword(fmt::format("n{}", i), 1);
  Bytes bytes = hive_file(root);
  const std::size_t list = 4096 + Reader(View(bytes).subspan(record(bytes, "nk") + 40)).u32le("list") + 4;
  for (std::size_t i = 1; i < 901; ++i)
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(list), 4,
                bytes.begin() + static_cast<std::ptrdiff_t>(list + 4 * i));
  InMemory file(bytes);
  auto hive = Hive::open(file);
  REQUIRE(hive.has_value());
  auto values = (*hive)->values((*hive)->root());
  REQUIRE_FALSE(values.has_value());
  CHECK(values.error().expected == "each value once");
}

TEST_CASE("a key that is listed twice is not walked twice") {
  Bytes bytes = hive_file(small_tree());
  const std::size_t list = record(bytes, "lh", 3);
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(list + 4), 4,
              bytes.begin() + static_cast<std::ptrdiff_t>(list + 12));
  InMemory file(bytes);
  auto hive = Hive::open(file);
  REQUIRE(hive.has_value());
  CHECK_FALSE((*hive)->subkeys((*hive)->root()).has_value());
}

TEST_CASE("an index root below an index root is damage") {
  HiveNode root{.name = "ROOT"};
  for (int i = 0; i < 20; ++i) root.key(fmt::format("Key{:02}", i));
  Bytes bytes = hive_file(root, {.per_leaf = 5});
  const std::size_t index = record(bytes, "ri");
  put_u32(bytes, index + 4, index - 4 - 4096);
  InMemory file(bytes);
  auto hive = Hive::open(file);
  REQUIRE(hive.has_value());
  CHECK(key_at(**hive, "Key07").has_value());
  CHECK_FALSE((*hive)->child((*hive)->root(), "Key02").has_value());
}

}  // namespace
}  // namespace rdpdoctor::formats
