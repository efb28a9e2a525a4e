#include "host/image/hive_compare.h"

#include <doctest/doctest.h>

#include <functional>

#include "support/hive_in_memory.h"
#include "support/hive_writer.h"

namespace rdpdoctor::host {
namespace {

using Kind = RegistryEdit::Kind;

const Bytes one{1, 0, 0, 0}, two{2, 0, 0, 0};

test::HiveNode original() {
  test::HiveNode root{.name = "ROOT"};
  root.key("A\\B").set("x", 4, one).set("y", 1, two);
  root.key("A\\C").set("", 4, one);
  root.key("Other").set("x", 4, one);
  return root;
}

struct Open {
  explicit Open(const test::HiveNode& root) : file(random_of(test::hive_file(root))) {
    auto opened = formats::Hive::open(*file);
    REQUIRE(opened.has_value());
    hive = std::move(*opened);
  }
  std::unique_ptr<RandomSource> file;
  std::unique_ptr<formats::Hive> hive;
};

// What differs, "" where it is `edits` alone.
std::string difference(const test::HiveNode& after, const std::vector<RegistryEdit>& edits,
                       Compare how = Compare::all) {
  const Open was(original()), is(after);
  auto same = check_edited(*was.hive, *is.hive, edits, how);
  return same ? "" : same.error().doing;
}

RegistryEdit set(const char* key, const char* name, std::uint32_t type, Bytes data) {
  return {Kind::set_value, key, {name, type, std::move(data)}};
}

const Bytes& others_security() {
  static const Bytes bytes = [] {
    Bytes out = test::HiveWriter::default_security();
    out[out.size() - 24 + 4] ^= 1;  // the mask of its last entry
    return out;
  }();
  return bytes;
}

}  // namespace

TEST_CASE("a hive is its original with no edits, and no other") {
  CHECK(difference(original(), {}) == "");
  const std::vector<std::pair<const char*, std::function<void(test::HiveNode&)>>> cases{
      {"another value", [](test::HiveNode& root) { root.key("A\\B").set("x", 4, two); }},
      {"another type", [](test::HiveNode& root) { root.key("A\\B").set("x", 3, one); }},
      {"another name's case", [](test::HiveNode& root) { root.key("A\\B").set("X", 4, one); }},
      {"a value more", [](test::HiveNode& root) { root.key("Other").set("z", 4, one); }},
      {"a value less", [](test::HiveNode& root) { root.key("Other").values.clear(); }},
      {"a key more", [](test::HiveNode& root) { root.key("A\\B\\New"); }},
      {"a key less", [](test::HiveNode& root) { root.keys.pop_back(); }},
      {"a key renamed", [](test::HiveNode& root) { root.keys.back().name = "OTHER"; }},
      {"another access list", [](test::HiveNode& root) { root.key("A\\B").security = others_security(); }}};
  for (const auto& [name, change] : cases) {
    CAPTURE(name);
    auto after = original();
    change(after);
    CHECK(difference(after, {}) != "");
    CHECK(difference(after, {set("Other", "x", 4, one)}) != "");
  }
}

TEST_CASE("edits are what may differ, and must") {
  auto after = original();
  after.key("A\\B").set("X", 4, two);
  after.key("a\\New\\Below").set("n", 1, one);
  std::erase_if(after.keys.front().keys, [](const test::HiveNode& key) { return key.name == "C"; });
  const std::vector<RegistryEdit> edits{
      set("a\\b", "x", 4, two), set("A\\New\\Below", "n", 1, one), {Kind::delete_key, "A\\C", {}}};
  CHECK(difference(after, edits) == "");
  for (std::size_t i = 0; i < edits.size(); ++i) {
    auto fewer = edits;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(difference(after, fewer) != "");
    CHECK(difference(original(), {edits[i]}) != "");
  }
}

TEST_CASE("later edits count over earlier ones") {
  auto after = original();
  std::erase_if(after.keys.front().keys, [](const test::HiveNode& key) { return key.name == "B"; });
  after.key("A\\B").set("z", 4, one);
  const RegistryEdit removal{Kind::delete_key, "A\\B", {}};
  CHECK(difference(after, {set("A\\B\\D", "q", 4, one), removal, set("A\\B", "z", 4, one)},
                   Compare::contents) == "");
  CHECK(difference(original(), {removal, {Kind::make_key, "A\\B", {}}}) != "");
  CHECK(difference(original(), {removal, set("A\\B", "x", 4, one), set("A\\B", "y", 1, two)}) == "");
  CHECK(difference(original(), {{Kind::delete_value, "No\\Such", {"x", 0, {}}}}) == "");
  CHECK(difference(original(), {{Kind::delete_value, "Other", {"X", 0, {}}}}) != "");
}

TEST_CASE("a key that was made has the access list of the one above it") {
  auto after = original();
  after.key("A\\New").security = others_security();
  const std::vector<RegistryEdit> edits{{Kind::make_key, "A\\New", {}}};
  CHECK(difference(after, edits).contains("security descriptor"));
  CHECK(difference(after, edits, Compare::contents) == "");
}

TEST_CASE("a hive knows whether edits would change it") {
  const Open hive(original());
  CHECK(changes_nothing(*hive.hive, {set("A\\B", "X", 4, one), {Kind::delete_value, "A\\B", {"q", 0, {}}}})
            .value());
  CHECK_FALSE(changes_nothing(*hive.hive, {set("A\\B", "x", 4, two)}).value());
  CHECK_FALSE(changes_nothing(*hive.hive, {{Kind::make_key, "A\\D", {}}}).value());
  CHECK_FALSE(changes_nothing(*hive.hive, {{Kind::delete_key, "A\\B", {}}}).value());
  CHECK(check_whole(*hive.hive).has_value());
}

}  // namespace rdpdoctor::host
