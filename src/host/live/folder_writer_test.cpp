#ifndef _WIN32
#include "host/folder_writer.h"
#include "support/scratch_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace rdpdoctor::host {
namespace {

namespace fs = std::filesystem;

class Folder : test::ScratchFolder {
 public:
  explicit Folder(const char* name) : ScratchFolder(name) {
    fs::create_directories(root() / "top" / "inner");
    fs::create_directories(root() / "outside");
    fs::create_directory_symlink(root() / "outside", root() / "top" / "link");
    put("outside/secret", "secret");
    fs::create_symlink(root() / "outside" / "secret", root() / "top" / "file_link");
  }
  [[nodiscard]] std::unique_ptr<FolderWriter> writer() const {
    auto out = folder_writer((root() / "top").string());
    REQUIRE(out.has_value());
    return std::move(*out);
  }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(root() / name, std::ios::binary) << content;
  }
  [[nodiscard]] std::string get(const std::string& name) const {
    std::ifstream file(root() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] fs::perms mode(const std::string& name) const {
    return fs::status(root() / name).permissions() & fs::perms::all;
  }
};

std::unique_ptr<RandomSource> bytes(std::string_view text) {
  return random_of(Bytes(text.begin(), text.end()));
}

}  // namespace

TEST_CASE("a new file is its maker's alone, and never made over another") {
  const Folder folder("rdpdoctor_folder_writer_new");
  auto writer = folder.writer();
  REQUIRE(writer->new_file("inner/a", *bytes("text"), {}).has_value());
  CHECK(folder.get("top/inner/a") == "text");
  CHECK(folder.mode("top/inner/a") == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK_FALSE(writer->new_file("inner/a", *bytes("other"), {}).has_value());
  CHECK_FALSE(writer->hold_new("inner/a", {}).has_value());
  CHECK(folder.get("top/inner/a") == "text");
  CHECK(writer->make_folder("inner/b").value());
  CHECK_FALSE(writer->make_folder("inner/b").value());
  CHECK(folder.mode("top/inner/b") == fs::perms::owner_all);
  CHECK_FALSE(writer->make_folder("inner/a").has_value());
}

TEST_CASE("nothing is written through a link, or outside") {
  const Folder folder("rdpdoctor_folder_writer_links");
  auto writer = folder.writer();
  for (const char* path : {"link/new", "file_link", "../outside/new", "inner/../../outside/new"}) {
    CAPTURE(path);
    CHECK_FALSE(writer->new_file(path, *bytes("x"), {}).has_value());
    CHECK_FALSE(writer->append_line(path, "x").has_value());
    CHECK_FALSE(writer->hold(path).has_value());
    CHECK_FALSE(writer->set_security(path, {}).has_value());
  }
  CHECK_FALSE(writer->make_folder("link").has_value());
  CHECK_FALSE(writer->make_folder("link/new").has_value());
  CHECK_FALSE(writer->remove_file("link/secret").has_value());
  folder.put("top/inner/a", "a");
  CHECK_FALSE(writer->move("inner/a", "link/a").has_value());
  CHECK_FALSE(writer->replace("inner/a", "link/secret").has_value());
  CHECK(folder.get("outside/secret") == "secret");
  CHECK(folder.get("top/inner/a") == "a");
}

TEST_CASE("a file moves over nothing, or replaces what is there in one step") {
  const Folder folder("rdpdoctor_folder_writer_move");
  auto writer = folder.writer();
  folder.put("top/a", "a");
  folder.put("top/inner/b", "b");
  CHECK_FALSE(writer->move("a", "inner/b").has_value());
  CHECK(folder.get("top/inner/b") == "b");
  REQUIRE(writer->move("a", "inner/c").has_value());
  CHECK(folder.get("top/inner/c") == "a");
  REQUIRE(writer->replace("inner/c", "inner/b").has_value());
  CHECK(folder.get("top/inner/b") == "a");
  CHECK_FALSE(writer->move("a", "inner/d").has_value());
  REQUIRE(writer->remove_file("inner/b").has_value());
  REQUIRE(writer->remove_file("inner/b").has_value());
  CHECK(folder.get("top/inner/b").empty());
}

TEST_CASE("a line follows the last whole one, and half a line is taken away") {
  const Folder folder("rdpdoctor_folder_writer_lines");
  auto writer = folder.writer();
  CHECK_FALSE(writer->append_line("log", "x").has_value());
  for (const auto& [was, is] : {std::pair{"", "new\n"},
                                {"a\n", "a\nnew\n"},
                                {"a\nhalf", "a\nnew\n"},
                                {"half", "new\n"},
                                {"\n", "\nnew\n"}}) {
    folder.put("top/log", was);
    REQUIRE(writer->append_line("log", "new").has_value());
    CHECK(folder.get("top/log") == is);
  }
  // Longer than what is looked at in one piece.
  folder.put("top/log", "a\n" + std::string(200'000, 'x'));
  REQUIRE(writer->append_line("log", "new").has_value());
  CHECK(folder.get("top/log") == "a\nnew\n");
}

TEST_CASE("a file becomes like another one, and a mount without access lists sets none") {
  const Folder folder("rdpdoctor_folder_writer_like");
  auto writer = folder.writer();
  folder.put("top/a", "a");
  folder.put("top/b", "b");
  fs::permissions(fs::temp_directory_path() / "rdpdoctor_folder_writer_like/top/a", fs::perms{0640});
  REQUIRE(writer->like("b", "a").has_value());
  CHECK(folder.mode("top/b") == fs::perms{0640});
  auto set = writer->set_security("b", Bytes{1, 0, 4, 0x80});
  REQUIRE_FALSE(set.has_value());
  CHECK(set.error().expected == "a mount by ntfs-3g or by the kernel's ntfs3");
  CHECK(writer->writable("inner").has_value());
  CHECK_FALSE(writer->writable("nothing").has_value());
  CHECK(writer->free_bytes().has_value());
}

}  // namespace rdpdoctor::host
#endif
