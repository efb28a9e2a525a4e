#include "host/live/files.h"
#include "support/scratch_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace rdpdoctor::host {
namespace {

namespace fs = std::filesystem;

class Folder : test::ScratchFolder {
 public:
  explicit Folder(const char* name) : ScratchFolder(name) {
    fs::create_directories(root() / "inner" / "deeper");
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(root() / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (root() / name).string(); }
};

}  // namespace

TEST_CASE("a file is read at any place, and not beyond its end") {
  Folder folder("rdpdoctor_files_test_read");
  folder.write("a.bin", "0123456789");
  auto file = open_file(folder.at("a.bin"));
  REQUIRE(file.has_value());
  CHECK(file->kind == FileKind::file);
  REQUIRE(file->random != nullptr);
  CHECK(file->random->size() == 10);
  Bytes part(3);
  REQUIRE(file->random->read_at(7, part).has_value());
  CHECK(part == Bytes{'7', '8', '9'});
  CHECK_FALSE(file->random->read_at(8, part).has_value());
  auto whole = in_order(*file->random);
  auto all = read_all(*whole, 100);
  REQUIRE(all.has_value());
  CHECK(all->size() == 10);
}

TEST_CASE("a missing file is told as missing, a folder as a folder") {
  Folder folder("rdpdoctor_files_test_kinds");
  auto missing = open_file(folder.at("nothing"));
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == ErrorKind::not_found);
  auto opened = open_file(folder.at("inner"));
  REQUIRE(opened.has_value());
  CHECK(opened->kind == FileKind::folder);
  CHECK(opened->random == nullptr);
}

TEST_CASE("the files under a folder come sorted, relative, and never more than asked for") {
  Folder folder("rdpdoctor_files_test_under");
  folder.write("z.txt", "");
  folder.write("inner/b.txt", "");
  folder.write("inner/deeper/a.txt", "");
  auto files = files_under(folder.at(""), 100);
  REQUIRE(files.has_value());
  CHECK(*files == std::vector<std::string>{"inner/b.txt", "inner/deeper/a.txt", "z.txt"});
  CHECK_FALSE(files_under(folder.at(""), 2).has_value());
  CHECK_FALSE(files_under(folder.at("nothing"), 100).has_value());
}

}  // namespace rdpdoctor::host
