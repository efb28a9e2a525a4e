#include "formats/hive.h"

#include <doctest/doctest.h>

#include "fmt/core.h"
#include "formats/hive_names.h"
#include "support/hive_in_memory.h"
#include "support/hive_writer.h"

namespace rdpdoctor::formats {
namespace {

using test::hive_file;
using test::HiveNode;
using test::HiveStyle;
using test::InMemory;
using test::key_at;

struct Opened {
  explicit Opened(const HiveNode& root, const HiveStyle& style = {}) : file(hive_file(root, style)) {
    auto opened = Hive::open(file);
    REQUIRE(opened.has_value());
    hive = std::move(*opened);
    REQUIRE(hive->check_bins().has_value());
  }
  std::optional<Bytes> value(std::string_view path, std::string_view name) {
    auto key = key_at(*hive, path);
    if (!key) return std::nullopt;
    auto found = hive->value(*key, name);
    REQUIRE(found.has_value());
    if (!*found) return std::nullopt;
    return (*found)->data;
  }
  InMemory file;
  std::unique_ptr<Hive> hive;
};

Bytes counted(std::size_t n) {
  Bytes out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  return out;
}

TEST_CASE("a hive tells its header") {
  Opened o({.name = "ROOT"}, {.sequence1 = 9, .sequence2 = 8, .file_name = "\\SystemRoot\\Config\\SYSTEM"});
  const HiveHeader& h = o.hive->header();
  CHECK(h.sequence1 == 9);
  CHECK(h.sequence2 == 8);
  CHECK(h.checksum_right);
  CHECK(h.dirty());
  CHECK(h.file_name == "\\SystemRoot\\Config\\SYSTEM");
  CHECK(h.bins_bytes == 4096);
  CHECK(h.written == from_filetime(133'000'000'000'000'000));
  Bytes file = hive_file({.name = "ROOT"});
  file[60] ^= 1;
  CHECK(decode_hive_header(file)->dirty());
  CHECK_FALSE(decode_hive_header(View(file).first(511)).has_value());
}

TEST_CASE("keys are found by their names, whatever the case and the script") {
  HiveNode root{.name = "ROOT"};
  root.key("ControlSet001\\Control\\Terminal Server").dword("fDenyTSConnections", 1);
  root.key("Größe");
  root.key("Сервер");
  root.key("Ωmega");
  root.key("smile 😀");
  Opened o(root);
  CHECK(o.value("controlset001\\CONTROL\\terminal server", "FDENYTSCONNECTIONS") == Bytes{1, 0, 0, 0});
  for (const char* name : {"gRÖSSE", "Gr\xC3\xB6\xC3\x9F", "Terminal Server", "", "смайл"})
    CHECK_FALSE(key_at(*o.hive, std::string("\\") + name).has_value());
  for (const char* name : {"GRÖßE", "größe", "сЕРВЕР", "ωMEGA", "SMILE 😀"}) CHECK(key_at(*o.hive, name));
  CHECK(*o.hive->children(o.hive->root()) ==
        std::vector<std::string>{"ControlSet001", "Größe", "smile 😀", "Ωmega", "Сервер"});
}

TEST_CASE("every kind of list is read, also one whose hints are wrong") {
  HiveNode root{.name = "ROOT"};
  for (int i = 0; i < 700; ++i) root.key(fmt::format("Key{}", i)).dword("n", static_cast<std::uint32_t>(i));
  for (const char* leaf : {"li", "lf", "lh"}) {
    for (const std::size_t per_leaf : {1000, 64}) {
      for (const bool right : {true, false}) {
        CAPTURE(leaf);
        Opened o(root, {.leaf = leaf, .per_leaf = per_leaf, .right_hints = right});
        CHECK(o.hive->children(o.hive->root())->size() == 700);
        CHECK(o.value("KEY0", "n") == Bytes{0, 0, 0, 0});
        CHECK(o.value("key699", "n") == Bytes{0xBB, 2, 0, 0});
        CHECK_FALSE(key_at(*o.hive, "Key700"));
      }
    }
  }
}

TEST_CASE("values of every size come back as they were written") {
  HiveNode root{.name = "ROOT"};
  const std::vector<std::size_t> sizes{0, 1, 4, 5, 4092, 16344, 16345, 32688, 32689, 100'000};
  for (const std::size_t n : sizes) root.set(fmt::format("{} bytes", n), 3, counted(n));
  root.sz("", "the default").sz("Größe", "wide", 2).set("number", 11, counted(8));
  for (const std::uint32_t minor : {3, 5, 6}) {
    Opened o(root, {.minor = minor});
    for (const std::size_t n : sizes) CHECK(o.value("", fmt::format("{} BYTES", n)) == counted(n));
    CHECK(o.value("", "") == utf8_to_utf16le(std::string("the default\0", 12)));
    CHECK((*o.hive->value(o.hive->root(), "GRÖßE"))->type == 2);
    CHECK_FALSE(o.value("", "5 byte"));
    auto all = o.hive->values(o.hive->root());
    REQUIRE(all.has_value());
    CHECK(all->size() == sizes.size() + 3);
    CHECK((*all)[0].name == "0 bytes");
  }
}

TEST_CASE("a key has its own security descriptor or that of the key above") {
  HiveNode root{.name = "ROOT"};
  root.key("A\\B").security = counted(40);
  root.key("A\\B\\C").written = 132'000'000'000'000'000;
  Opened o(root);
  CHECK(*o.hive->security(*key_at(*o.hive, "A")) == test::HiveWriter::default_security());
  CHECK(*o.hive->security(*key_at(*o.hive, "A\\B\\C")) == counted(40));
  CHECK(*o.hive->written(*key_at(*o.hive, "A\\B\\C")) == from_filetime(132'000'000'000'000'000));
}

TEST_CASE("only what is asked for is read") {
  HiveNode root{.name = "ROOT"};
  root.key("Wanted").dword("n", 1);
  for (int i = 0; i < 200; ++i) root.key(fmt::format("Other{}", i)).set("data", 3, counted(10'000));
  InMemory file(hive_file(root));
  auto hive = Hive::open(file);
  REQUIRE(hive.has_value());
  REQUIRE(key_at(**hive, "Wanted"));
  CHECK(file.size() > 2'000'000);
  CHECK(file.reads < 10);
}

TEST_CASE("names are compared as Windows compares them") {
  auto upper = [](std::u16string text) {
    for (char16_t& c : text) c = upper_case(c);
    return text;
  };
  CHECK(upper(u"azAZ09_{~") == u"AZAZ09_{~");
  CHECK(upper(u"äöüßÿ÷éþ") == u"ÄÖÜßŸ÷ÉÞ");
  CHECK(upper(u"āăİıĸĺńňŉŋžſƒǆǎǝǳȟȿ") == u"ĀĂİıĸĹŃŇŉŊŽſƑǄǍƎǱȞȿ");
  CHECK(upper(u"άέίαρςσϋόύώ") == u"ΆΈΊΑΡςΣΫΌΎΏ");
  CHECK(upper(u"авяѐёџѡҁҋӂӏԁ") == u"АВЯЀЁЏѠҀҊӁӀԀ");
  CHECK(upper(u"ạế中ａ") == u"ẠẾ中Ａ");
  CHECK(same_name(hive_name("Straße"), hive_name("STRAßE")));
  CHECK_FALSE(same_name(hive_name("Strasse"), hive_name("STRAßE")));
}

TEST_CASE("what is no hive is told so") {
  auto expected = [](Bytes bytes) {
    InMemory file(std::move(bytes));
    auto hive = Hive::open(file);
    REQUIRE_FALSE(hive.has_value());
    return to_text(hive.error());
  };
  CHECK(expected({}) == "read it: malformed; expected a registry hive");
  CHECK(expected(Bytes(5000)) == "read it: malformed; expected a registry hive");
  Bytes file = hive_file({.name = "ROOT"});
  CHECK(expected(Bytes(file.begin(), file.begin() + 300)).starts_with("damaged: "));
  test::put_u32(file, 24, 1);
  CHECK(expected(file) == "read it: malformed; expected a registry hive of version 1.3 to 1.6, not 1.1");
  test::put_u32(file, 28, 6);
  CHECK(expected(file) == "read it: malformed; expected a registry hive and not its transaction log");
}

}  // namespace
}  // namespace rdpdoctor::formats
