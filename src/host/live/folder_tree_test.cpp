#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "host/file_tree.h"
#include "host/live/reparse_link.h"
#include "support/scratch_folder.h"

#ifndef _WIN32
#include <sys/stat.h>
#endif

namespace rdpdoctor::host {
namespace {

namespace fs = std::filesystem;

class Folder : test::ScratchFolder {
 public:
  explicit Folder(const char* name) : ScratchFolder(name) {
    fs::create_directories(root() / "top" / "inner");
    std::ofstream(root() / "top" / "inner" / "a.txt") << "0123456789";
    std::ofstream(root() / "secret") << "outside";
  }
  [[nodiscard]] fs::path top() const { return root() / "top"; }
  [[nodiscard]] std::unique_ptr<FileTree> tree() const {
    auto out = folder_tree(top().string());
    REQUIRE(out.has_value());
    return std::move(*out);
  }
};

}  // namespace

TEST_CASE("a folder's files are listed, told and read") {
  Folder folder("rdpdoctor_folder_tree_read");
  auto tree = folder.tree();
  CHECK(tree->name() == folder.top().string());
  CHECK(tree->names("").value == std::vector<std::string>{"inner"});
  CHECK(tree->names("inner").value == std::vector<std::string>{"a.txt"});
  CHECK(tree->info("").value.is_folder);
  auto info = tree->info("inner/a.txt");
  REQUIRE(info.get());
  CHECK(info.value.size == 10);
  CHECK(info.value.modified.has_value());
  auto file = tree->open("inner/a.txt");
  REQUIRE(file.get());
  Bytes bytes(3);
  REQUIRE(file.value->read_at(4, bytes).has_value());
  CHECK(bytes == Bytes{'4', '5', '6'});
}

TEST_CASE("what is not in a folder is absent, and a folder is no file") {
  Folder folder("rdpdoctor_folder_tree_absent");
  auto tree = folder.tree();
  CHECK(tree->info("gone").state == Presence::absent);
  CHECK(tree->open("gone").state == Presence::absent);
  CHECK(tree->names("gone").state == Presence::absent);
  CHECK(tree->open("inner").state == Presence::unreadable);
  auto none = folder_tree((folder.top() / "gone").string());
  REQUIRE(!none.has_value());
  CHECK(none.error().kind == ErrorKind::not_found);
}

#ifndef _WIN32
TEST_CASE("a plain file system shows no access lists, and nothing is guessed") {
  Folder folder("rdpdoctor_folder_tree_security");
  auto security = folder.tree()->security("inner/a.txt");
  CHECK(security.state == Presence::unreadable);
  CHECK(security.why.contains("ntfs-3g"));
}

TEST_CASE("nothing is reached outside a folder, neither by its links nor by its paths") {
  Folder folder("rdpdoctor_folder_tree_links");
  fs::create_symlink("../secret", folder.top() / "up");
  fs::create_symlink("/etc/passwd", folder.top() / "out");
  fs::create_symlink(folder.top() / "inner", folder.top() / "in");
  fs::create_symlink("unsupported reparse tag 0x80000013", folder.top() / "dedup");
  fs::create_directory_symlink("..", folder.top() / "parent");
  auto tree = folder.tree();
  for (const char* path : {"up", "out", "in", "parent", "parent/secret", "../secret", "inner/../../secret"})
    CHECK_MESSAGE(tree->open(path).get() == nullptr, path);
  CHECK(tree->names("parent").get() == nullptr);
  CHECK(tree->info("in/a.txt").get() == nullptr);
  CHECK(tree->info("up").value.link == "../secret");
  CHECK(tree->info("out").value.link == "outside: /etc/passwd");
  CHECK(tree->info("in").value.link == "/inner");
  CHECK(tree->info("dedup").value.link == "blocked: unsupported reparse tag 0x80000013");
}

TEST_CASE("a pipe is neither waited for nor read") {
  Folder folder("rdpdoctor_folder_tree_pipe");
  REQUIRE(mkfifo((folder.top() / "pipe").c_str(), 0600) == 0);
  auto tree = folder.tree();
  CHECK(tree->info("pipe").state == Presence::unreadable);
  CHECK(tree->open("pipe").state == Presence::unreadable);
}
#endif

TEST_CASE("a reparse point says where it leads, or why it can't be followed") {
  CHECK(
      reparse_link(Writer().u32le(0x80000017).u16le(0).u16le(0).take()) ==
      "blocked: it is compressed by Windows (CompactOS) (reparse tag 0x80000017), which can't be read here");
  CHECK(reparse_link(Bytes{3, 0}).starts_with("blocked: its reparse point is damaged"));
  auto junction = [](std::string_view target) {
    Writer w;
    w.u32le(0xA0000003).u16le(static_cast<std::uint16_t>(8 + 2 * target.size())).u16le(0).u16le(0);
    w.u16le(static_cast<std::uint16_t>(2 * target.size())).u16le(0).u16le(0);
    for (char c : target) w.u16le(static_cast<std::uint8_t>(c));
    return w.take();
  };
  CHECK(reparse_link(junction(R"(\??\D:\Data)")) == R"(D:\Data)");
  CHECK(reparse_link(junction(R"(\??\Volume{1}\)")) == R"(outside: Volume{1}\)");
}

}  // namespace rdpdoctor::host
