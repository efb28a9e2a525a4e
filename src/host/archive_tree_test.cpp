#include <doctest/doctest.h>

#include "host/file_tree.h"
#include "support/hive_in_memory.h"
#include "support/zip_writer.h"

namespace rdpdoctor::host {
namespace {

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

std::unique_ptr<FileTree> tree_of(const std::vector<test::TestMember>& members) {
  test::ZipFile zip;
  for (const test::TestMember& member : members) zip.add(member);
  auto tree = archive_tree("case.zip", std::make_unique<test::InMemory>(zip.bytes()));
  REQUIRE(tree.has_value());
  return std::move(*tree);
}

std::string content(FileTree& tree, const std::string& path) {
  auto file = tree.open(path);
  REQUIRE(file.get());
  Bytes out(file.value->size());
  auto done = file.value->read_at(0, out);
  return done ? std::string(out.begin(), out.end()) : "error: " + to_text(done.error());
}

}  // namespace

TEST_CASE("an archive's members are files in folders") {
  auto tree = tree_of({{"a/b/c.txt", bytes_of("text")}, {"a/d", bytes_of("stored"), false}, {"e", {}}});
  CHECK(tree->names("").value == std::vector<std::string>{"a", "e"});
  CHECK(tree->names("a").value == std::vector<std::string>{"b", "d"});
  CHECK(tree->names("a/x").state == Presence::absent);
  CHECK(tree->info("a/b").value.is_folder);
  CHECK(tree->info("a/b/c.txt").value.size == 4);
  CHECK(tree->info("a/b/C.txt").state == Presence::absent);
  CHECK(content(*tree, "a/b/c.txt") == "text");
  CHECK(content(*tree, "a/d") == "stored");
  CHECK(content(*tree, "e").empty());
  CHECK(tree->open("a").state == Presence::unreadable);
  CHECK(tree->open("x").state == Presence::absent);
  CHECK(tree->security("a/d").state == Presence::unreadable);
}

TEST_CASE("an archive's member is read at any place, in any order") {
  Bytes big(300'000);
  for (std::size_t i = 0; i < big.size(); ++i) big[i] = static_cast<std::uint8_t>(i * 7 >> 3);
  auto tree = tree_of({{"big", big}});
  auto file = tree->open("big");
  REQUIRE(file.get());
  for (std::size_t at : {std::size_t{0}, std::size_t{299'990}, std::size_t{100'000}}) {
    Bytes part(10);
    REQUIRE(file.value->read_at(at, part).has_value());
    CHECK(std::equal(part.begin(), part.end(), big.begin() + static_cast<std::ptrdiff_t>(at)));
  }
  Bytes beyond(11);
  CHECK_FALSE(file.value->read_at(299'990, beyond).has_value());
}

TEST_CASE("an archive's hostile names lead nowhere") {
  auto tree = tree_of({{"../out", bytes_of("1")},
                       {"/etc/passwd", bytes_of("2")},
                       {"C:\\x", bytes_of("3")},
                       {"old\\net\\name", bytes_of("4")},
                       {"a/../../b", bytes_of("5")},
                       {"twice", bytes_of("6")},
                       {"twice", bytes_of("7")},
                       {"f", bytes_of("8")},
                       {"f/g", bytes_of("9")}});
  for (const char* path : {"../out", "/etc/passwd", "out", "b", "a/../../b", "f/g", ".."})
    CHECK_FALSE(tree->open(path).get());
  CHECK(content(*tree, "old/net/name") == "4");
  CHECK(content(*tree, "f") == "8");
  CHECK(tree->open("twice").state == Presence::unreadable);
}

TEST_CASE("an archive's damaged member is unreadable where the damage is seen") {
  auto tree = tree_of({{"crc", bytes_of("text"), true, 0, 0xffff, 0, 1},
                       {"short", bytes_of("text"), true, 0, 0xffff, 100},
                       {"huge", bytes_of("text"), true, 0, 0xffff, 300 << 20}});
  CHECK(content(*tree, "crc").starts_with("error"));
  CHECK(content(*tree, "short").starts_with("error"));
  CHECK(tree->open("huge").state == Presence::unreadable);
}

TEST_CASE("what is no archive is told") {
  auto tree = archive_tree("x.rar", std::make_unique<test::InMemory>(bytes_of("Rar!1234")));
  REQUIRE_FALSE(tree.has_value());
  CHECK(to_text(tree.error()).contains("zip"));
}

}  // namespace rdpdoctor::host
