#include "host/image/paths.h"

#include <doctest/doctest.h>

#include "support/tree_in_memory.h"

namespace rdpdoctor::host {
namespace {

using test::TreeInMemory;

std::string found(TreeInMemory& tree, std::string_view path) {
  auto at = ImagePaths(tree).find(path);
  if (at.get()) return at.value;
  return at.state == Presence::absent ? "absent" : "unreadable: " + at.why;
}

}  // namespace

TEST_CASE("components are found without regard to case, the exact name first") {
  TreeInMemory tree;
  tree.file("Windows/System32/config/SYSTEM");
  tree.file("twins/HOSTS");
  tree.file("twins/hosts");
  tree.folder("Users/J\xc3\xb6rg");
  CHECK(found(tree, R"(C:\WINDOWS\system32\Config\System)") == "Windows/System32/config/SYSTEM");
  CHECK(found(tree, R"(c:\Windows/System32\)") == "Windows/System32");
  CHECK(found(tree, R"(\Windows)") == "Windows");
  CHECK(found(tree, R"(C:\twins\hosts)") == "twins/hosts");
  CHECK(found(tree, R"(C:\twins\Hosts)") == "twins/HOSTS");
  CHECK(found(tree, "C:\\users\\J\xc3\x96RG") == "Users/J\xc3\xb6rg");
  CHECK(found(tree, R"(C:\Windows\gone)") == "absent");
  CHECK(found(tree, R"(C:\Windows\System32\config\SYSTEM\below)") == "absent");
  CHECK(found(tree, R"(C:\)").empty());
}

TEST_CASE("an exact path needs no folder listed, however many names it has") {
  TreeInMemory tree;
  tree.file("ProgramData/Microsoft/Crypto/RSA/MachineKeys/a");
  CHECK(found(tree, R"(C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\a)").ends_with("/a"));
  CHECK(tree.listings == 0);
}

TEST_CASE("what can't be told is unreadable and never absent") {
  TreeInMemory tree;
  tree.folder("Program Files");
  tree.folder("locked").unreadable = "access denied";
  CHECK(found(tree, R"(D:\Data)") == "unreadable: drive D: is not in this image");
  CHECK(found(tree, R"(\\server\share)") == "unreadable: it is on the network");
  CHECK(found(tree, "Windows") == "unreadable: 'Windows' is no full path");
  CHECK(found(tree, R"(C:\PROGRA~1\x)") ==
        "unreadable: PROGRA~1 is a short name, which this image does not tell");
  CHECK(found(tree, R"(C:\a~b)") == "absent");
  CHECK(found(tree, R"(C:\locked\x)") == "unreadable: its folder locked: access denied");
}

TEST_CASE("the machine's own drive letter is the volume's") {
  TreeInMemory tree;
  tree.folder("Windows");
  ImagePaths paths(tree);
  paths.set_drive("D:");
  CHECK(paths.find(R"(d:\windows)").value == "Windows");
  CHECK(paths.find(R"(C:\windows)").why == "drive C: is not in this image");
}

TEST_CASE("links are followed inside the image, by their own words") {
  TreeInMemory tree;
  tree.file("Users/anna/NTUSER.DAT");
  tree.link("Documents and Settings", R"(C:\USERS)");
  tree.link("Users/All",
            "/"
            "Users/anna");
  tree.link("Users/up", "../Users/anna");
  tree.link("Users/rooted", R"(\Users\anna)");
  tree.link("chain", "Users/up");
  CHECK(found(tree, R"(C:\Documents and Settings\Anna\ntuser.dat)") == "Users/anna/NTUSER.DAT");
  for (const char* link : {R"(C:\Users\All)", R"(C:\Users\up)", R"(C:\Users\rooted)", R"(C:\chain)"})
    CHECK(found(tree, link) == "Users/anna");
}

TEST_CASE("no link leads out of the image") {
  TreeInMemory tree;
  tree.file("etc/passwd");
  tree.link("out", std::string(link_outside) + "/etc/passwd");
  tree.link("drive", R"(D:\Data)");
  tree.link("up", "../../../etc/passwd");
  tree.link("dedup", std::string(link_blocked) + "it is deduplicated");
  tree.link("round", "round");
  tree.link("unknown", "");
  CHECK(found(tree, R"(C:\out)") == "unreadable: out: it leads to /etc/passwd, which is not in this image");
  CHECK(found(tree, R"(C:\drive\x)") ==
        R"(unreadable: drive: it leads to D:\Data, which is not in this image)");
  CHECK(found(tree, R"(C:\up)") == "etc/passwd");  // that of the image: above its top is its top
  CHECK(found(tree, R"(C:\dedup)") == "unreadable: dedup: it is deduplicated");
  CHECK(found(tree, R"(C:\round)") == "unreadable: round: too many links");
  CHECK(found(tree, R"(C:\unknown)") == "unreadable: unknown: it is a link that can't be read");
}

}  // namespace rdpdoctor::host
