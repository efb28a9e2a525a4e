#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "fixes/emit/reg_text.h"
#include "formats/reg_file.h"
#include "support/sample_plans.h"

namespace rdpdoctor::fixes {
namespace {

// A registry, "key|name" to value; keys alone with an empty name and no value.
using Registry = std::map<std::pair<std::string, std::string>, Stored>;

// The values of a .reg file, as our own reader of exports reads them: the other side of what is written.
Registry read(const std::string& file) {
  Registry out;
  formats::RegistryTextSink sink{.key = [](const std::string&) { return true; },
                                 .value =
                                     [&out](const std::string& key, formats::RegistryTextValue value) {
                                       out[{key, value.name}] = Stored{value.type, std::move(value.data)};
                                       return true;
                                     }};
  const auto source = over(View(reinterpret_cast<const std::uint8_t*>(file.data()), file.size()));
  const auto text = formats::read_reg_file(*source, sink);
  REQUIRE(text);
  CHECK(text->problem == "");
  return out;
}

std::string plain(const std::string& file) {
  if (!file.starts_with("\xFF\xFE")) return file;
  return utf16le_to_utf8(View(reinterpret_cast<const std::uint8_t*>(file.data()), file.size()).subspan(2));
}

std::string full(const std::string& key) {
  return "HKEY_LOCAL_MACHINE" + key.substr(4);
}

}  // namespace

TEST_CASE("both files of a pair read back as the values that they set") {
  const auto changes = test::registry_changes();
  const RegPair pair = reg_pair(test::script_of(changes));
  CHECK(pair.left_out.empty());
  CHECK(pair.no_undo == "");
  const Registry apply = read(pair.apply), undo = read(pair.undo);
  for (const Change& change : changes) {
    const auto* value = std::get_if<SetValue>(&change.what);
    if (!value) continue;
    INFO(change.says);
    const std::pair at{full(value->key), value->name};
    CHECK(apply.contains(at) == value->after.has_value());
    CHECK(undo.contains(at) == value->before.has_value());
    if (value->after) CHECK((apply.at(at) == *value->after));
    if (value->before) CHECK((undo.at(at) == *value->before));
  }
  CHECK(undo.at({R"(HKEY_LOCAL_MACHINE\SOFTWARE\rdpdoctor test\Gone\Below)", "Two"}) == text("two"));
  const std::string does = plain(pair.apply), takes_back = plain(pair.undo);
  CHECK(does.find("[-HKEY_LOCAL_MACHINE\\SOFTWARE\\rdpdoctor test\\Gone]\r\n") != std::string::npos);
  CHECK(takes_back.find("[-HKEY_LOCAL_MACHINE\\SOFTWARE\\rdpdoctor test\\Made]\r\n") != std::string::npos);
  CHECK(does.find("\"SSLCertificateSHA1Hash\"=-\r\n") != std::string::npos);
}

TEST_CASE("hostile names and texts read back as they are, or are left out and said to be") {
  const auto changes = test::hostile_changes();
  const RegPair pair = reg_pair(test::script_of(changes));
  CHECK(pair.apply.starts_with("\xFF\xFE"));  // UTF-16
  const auto& first = std::get<SetValue>(changes[0].what);
  const Registry apply = read(pair.apply), undo = read(pair.undo);
  CHECK(apply.size() == 1);
  CHECK((apply.at({full(first.key), first.name}) == *first.after));
  CHECK((undo.at({full(first.key), first.name}) == *first.before));
  REQUIRE(pair.left_out.size() == 1);
  CHECK(pair.left_out[0].find("control characters") != std::string::npos);
}

TEST_CASE("every small text and list of bytes reads back, at every width of its name") {
  for (std::size_t width = 0; width < 90; ++width) {
    for (const Stored& value : {Stored{3, Bytes(width, 0x7B)}, text(std::string(width, '"')),
                                text("\\" + std::string(width, '\\')), Stored{1, Bytes(width, 0x22)},
                                Stored{0x80000001, Bytes(width, 1)}, Stored{4, Bytes(width % 9, 5)}}) {
      Change change{.says = "x",
                    .what = SetValue{R"(HKLM\SOFTWARE\X)", std::string(width, 'n'), std::nullopt, value}};
      const Registry apply = read(reg_pair(test::script_of({change})).apply);
      REQUIRE(apply.size() == 1);
      CHECK((apply.begin()->second == value));
      CHECK(apply.begin()->first.second.size() == width);
    }
  }
}

TEST_CASE("long bytes are broken as Registry Editor does") {
  CHECK(emit::reg_data({3, Bytes(3, 0xAB)}, 0) == "hex:ab,ab,ab");
  const std::string broken = emit::reg_data({3, Bytes(60, 0xAB)}, 10);
  for (std::size_t at = 0; at < broken.size();) {
    const std::size_t end = std::min(broken.find('\n', at), broken.size());
    CHECK(end - at + (at == 0 ? 10 : 0) <= 80);
    if (end < broken.size()) CHECK(broken.substr(end - 2, 5) == ",\\\n  ");
    at = end + 1;
  }
}

TEST_CASE("what is no registry value is left out, and what was not read can't be taken back") {
  const RegPair other = reg_pair(test::script_of(test::other_changes()));
  CHECK(other.left_out.size() == test::other_changes().size());
  CHECK(other.apply.empty());
  CHECK(other.undo.empty());
  const RegPair unread = reg_pair(test::script_of(test::unread_changes()));
  CHECK(unread.undo == "");
  CHECK(unread.no_undo.find("fDenyTSConnections") != std::string::npos);
  CHECK(read(unread.apply).size() == 1);
}

TEST_CASE("a file is ASCII where no reader can take it for something else") {
  const auto file = [](const Stored& value) {
    return reg_pair(test::script_of({{.says = test::hostile,
                                      .what = SetValue{R"(HKLM\SOFTWARE\X)", "n", std::nullopt, value}}}))
        .apply;
  };
  for (const Stored& value : {dword(1), text("plain"), Stored{3, {1, 2}}, Stored{0, {1}}})
    CHECK(file(value).starts_with("Windows Registry Editor Version 5.00\r\n"));
  for (const Stored& value : {text("\xC3\xA4"), text("a", 2), texts({"a"})})
    CHECK(file(value).starts_with("\xFF\xFEW"));
}

TEST_CASE("a key that is none is not written") {
  CHECK(emit::reg_key(R"(HKLM\SOFTWARE\A]b)") == R"(HKEY_LOCAL_MACHINE\SOFTWARE\A]b)");
  CHECK(emit::reg_key(R"(HKU\S-1-5-20\x)") == R"(HKEY_USERS\S-1-5-20\x)");
  for (const char* key : {"", "HKLM", "C:\\x", "HKLM\\a\nb", "-HKLM\\a"}) CHECK(!emit::reg_key(key));
}

}  // namespace rdpdoctor::fixes
