#include "formats/reg_file.h"

#include <doctest/doctest.h>

#include <map>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

using Extent = RegistryTextPart::Extent;

struct Read {
  RegistryText told;
  std::vector<std::string> keys;
  std::map<std::string, RegistryTextValue> values;  // by "key: name"
};

Read read(View bytes, bool is_query = false) {
  Read out;
  RegistryTextSink sink{[&](const std::string& key) {
                          out.keys.push_back(key);
                          return true;
                        },
                        [&](const std::string& key, RegistryTextValue value) {
                          out.values[key + ": " + value.name] = std::move(value);
                          return true;
                        }};
  auto source = over(bytes);
  auto told = is_query ? read_reg_query(*source, sink) : read_reg_file(*source, sink);
  REQUIRE(told.has_value());
  out.told = std::move(*told);
  return out;
}
Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}
// As reg.exe writes it.
Bytes wide(std::string_view text) {
  Bytes out = *from_hex("fffe");
  const Bytes units = utf8_to_utf16le(text);
  out.insert(out.end(), units.begin(), units.end());
  return out;
}
Read export_of(std::string_view text) {
  return read(wide("Windows Registry Editor Version 5.00\r\n\r\n" + std::string(text)));
}
Read query_of(std::string_view text) {
  return read(bytes_of(text), true);
}
Bytes dword(std::uint32_t n) {
  return Writer().u32le(n).take();
}

constexpr std::string_view terminal_server =
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server]\r\n"
    "\"fDenyTSConnections\"=dword:00000001\r\n"
    "@=\"a \\\"b\\\" c:\\\\d\"\r\n"
    "\"Many\"=hex(7):61,00,00,00,\\\r\n  62,00,00,00,00,00\r\n"
    "\"Blob\"=hex:00,ff,\\\r\n  10\r\n"
    "\"Big\"=hex(b):01,00,00,00,00,00,00,00\r\n"
    "\"Empty\"=hex:\r\n"
    "\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations]\r\n\r\n";

void check_terminal_server(const Read& r) {
  const std::string key = R"(HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Terminal Server)";
  CHECK(r.told.problem.empty());
  REQUIRE(r.told.parts.size() == 1);
  CHECK(r.told.parts[0].key == key);
  CHECK(r.told.parts[0].extent == (r.told.by_hand ? Extent::nothing : Extent::subtree));
  CHECK(r.keys.size() == 2);
  CHECK(r.values.at(key + ": fDenyTSConnections").data == dword(1));
  CHECK(r.values.at(key + ": fDenyTSConnections").type == 4);
  CHECK(r.values.at(key + ": ").data == registry_text("a \"b\" c:\\d"));
  CHECK(r.values.at(key + ": Many").type == 7);
  CHECK(r.values.at(key + ": Many").data == *from_hex("610000006200 00000000"));
  CHECK(r.values.at(key + ": Blob").data == *from_hex("00ff10"));
  CHECK(r.values.at(key + ": Big").type == 11);
  CHECK(r.values.at(key + ": Empty").data.empty());
}

}  // namespace

TEST_CASE("an export gives its keys and values, in whatever encoding it is written") {
  const std::string text = "Windows Registry Editor Version 5.00\r\n\r\n" + std::string(terminal_server);
  check_terminal_server(read(bytes_of(text)));
  check_terminal_server(read(bytes_of("\xEF\xBB\xBF" + text)));
  Bytes units = wide(text);
  check_terminal_server(read(units));
  CHECK(registry_text_kind(units) == RegistryTextKind::export_file);
  for (std::size_t i = 0; i < units.size(); i += 2) std::swap(units[i], units[i + 1]);
  check_terminal_server(read(units));
  CHECK_FALSE(read(units).told.by_hand);
  CHECK(read(bytes_of(text)).told.by_hand);
  CHECK(registry_text_kind(bytes_of(text)) == RegistryTextKind::export_file);
}

TEST_CASE("REGEDIT4 writes texts in bytes") {
  Read r =
      read(bytes_of("REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\A]\r\n\"p\"=hex(2):25,41,00\r\n\"b\"=hex:41\r\n"));
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A: p)").data == registry_text("%A"));
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A: b)").data == Bytes{0x41});
}

TEST_CASE("each top key of an export is a part of its own") {
  Read r = export_of("[HKEY_LOCAL_MACHINE\\A]\r\n[HKEY_LOCAL_MACHINE\\a\\b]\r\n[HKEY_LOCAL_MACHINE\\AB]\r\n");
  REQUIRE(r.told.parts.size() == 2);
  CHECK(r.told.parts[1].key == "HKEY_LOCAL_MACHINE\\AB");
}

TEST_CASE("a text of several lines is one value") {
  Read r = export_of("[HKEY_LOCAL_MACHINE\\A]\r\n\"t\"=\"one\r\n[two]\"\r\n\"n\"=dword:2\r\n");
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A: t)").data == registry_text("one\r\n[two]"));
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A: n)").data == dword(2));
}

TEST_CASE("an export that deletes is a change to make, and holds no part of a machine") {
  for (std::string_view text : {"[-HKEY_LOCAL_MACHINE\\A]\r\n", "[HKEY_LOCAL_MACHINE\\A]\r\n\"x\"=-\r\n"}) {
    Read r = export_of(text);
    CHECK(r.told.changes);
    for (const RegistryTextPart& part : r.told.parts) CHECK(part.extent == Extent::nothing);
  }
}

TEST_CASE("what can't be read costs the claim to hold everything, and no other value") {
  for (std::string_view bad : {"\"x\"=dword:zz\r\n", "\"x\"=hex:1,2,xyz\r\n", "\"x\r\n", "\"x\"=what\r\n",
                               "rubbish\r\n", "\"x\"=hex(:00\r\n", "\"x\"=dword:1"}) {
    CAPTURE(bad);
    Read r = export_of("[HKEY_LOCAL_MACHINE\\A]\r\n\"good\"=dword:7\r\n" + std::string(bad));
    CHECK(r.values.contains(R"(HKEY_LOCAL_MACHINE\A: good)"));
    CHECK(r.told.problem.starts_with("line "));
    CHECK(r.told.parts.at(0).extent == Extent::nothing);
  }
  auto source = over(View());
  CHECK_FALSE(read_reg_file(*source, {}).has_value());
}

TEST_CASE("every cut of an export is told, or cuts whole lines only") {
  const std::string text(terminal_server);
  for (std::size_t n = 1; n < text.size(); ++n) {
    const std::string cut = text.substr(0, n);
    const std::string_view last_line = std::string_view(cut).substr(cut.rfind('\n') + 1);
    if (!trim(last_line).empty()) CHECK_FALSE(export_of(cut).told.problem.empty());
  }
}

TEST_CASE("reg query /s gives keys and values, and all below its key") {
  Read r = query_of(
      "\r\nHKEY_LOCAL_MACHINE\\A\r\n    fDenyTSConnections    REG_DWORD    0x1\r\n"
      "    (Default)    REG_SZ    x    y\r\n    Name of four    words    REG_EXPAND_SZ    %a%\r\n\r\n"
      "HKEY_LOCAL_MACHINE\\A\\B\r\n    m    REG_MULTI_SZ    one\\0two\r\n    b    REG_BINARY    0AFF\r\n"
      "    q    REG_QWORD    0x100000002\r\n    e    REG_SZ    \r\n\r\n");
  CHECK(r.told.problem.empty());
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A: fDenyTSConnections)").data == dword(1));
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A: )").data == registry_text("x    y"));
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A: Name of four    words)").type == 2);
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A\B: m)").data ==
        *from_hex("6f006e0065000000 740077006f000000 0000"));
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A\B: b)").data == *from_hex("0aff"));
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A\B: q)").data == *from_hex("0200000001000000"));
  CHECK(r.values.at(R"(HKEY_LOCAL_MACHINE\A\B: e)").data == registry_text(""));
  REQUIRE(r.told.parts.size() == 1);
  CHECK(r.told.parts[0].extent == Extent::subtree);
  CHECK(registry_text_kind(bytes_of("\r\nHKEY_LOCAL_MACHINE\\A")) == RegistryTextKind::query);
}

TEST_CASE("reg query claims no more than it shows") {
  auto extent = [](std::string_view text) { return query_of(text).told.parts.at(0).extent; };
  const std::string one = "HKEY_LOCAL_MACHINE\\A\r\n    x    REG_DWORD    0x1\r\n";
  CHECK(extent(one) == Extent::nothing);  // may be /v x
  CHECK(extent(one + "    y    REG_DWORD    0x1\r\n") == Extent::subtree);
  CHECK(extent(one + "\r\nHKEY_LOCAL_MACHINE\\A\\B\r\nHKEY_LOCAL_MACHINE\\A\\C\r\n") == Extent::values);
  CHECK(extent(one +
               "\r\nHKEY_LOCAL_MACHINE\\A\\B\r\n\r\nHKEY_LOCAL_MACHINE\\A\\B\r\n    z    REG_SZ    1\r\n") ==
        Extent::nothing);  // two outputs
  CHECK(extent(one + "    y    REG_DWORD    0x1\r\n\r\nEnd of search: 2 match(es) found.\r\n") ==
        Extent::nothing);
  CHECK(extent(one + "    y    REG_DWORD    one\r\n") == Extent::nothing);
}

}  // namespace rdpdoctor::formats
