#include "analyze/input.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace rdpdoctor::analyze {
namespace {

Bytes bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

InputKind kind(std::string_view text, const std::string& name = "x") {
  return kind_of(bytes(text), name);
}

}  // namespace

TEST_CASE("a text is told by what stands in it, whatever the file is called") {
  CHECK(kind("full address:s:srv01\r\nscreen mode id:i:2\r\n", "x.txt") == InputKind::rdp_file);
  CHECK(kind("[12:00:01] [ERROR] connect failed\n", "x.pcap") == InputKind::text);
  CHECK(kind("{\"schema\":\"rdpdoctor.diagnosis/1\"}") == InputKind::case_file);
  CHECK(kind("{\"target\": {}}") == InputKind::case_file);
  CHECK(kind("{\"other\": 1}") == InputKind::text);
  CHECK(kind("Windows Registry Editor Version 5.00\r\n") == InputKind::registry_export);
  CHECK(kind("") == InputKind::empty);
  CHECK(kind("\x01\x02\x03\x04\x05 binary") == InputKind::unknown);
  CHECK(kind(std::string_view("ab\0cd", 5)) == InputKind::unknown);
}

TEST_CASE("UTF-16 of either order is text") {
  Bytes little = {0xFF, 0xFE};
  for (std::uint8_t b : utf8_to_utf16le("full address:s:srv01\r\n")) little.push_back(b);
  CHECK(kind_of(little, "x") == InputKind::rdp_file);
  Bytes big = {0xFE, 0xFF};
  for (std::size_t i = 2; i + 1 < little.size(); i += 2)
    big.push_back(little[i + 1]), big.push_back(little[i]);
  CHECK(kind_of(big, "x") == InputKind::rdp_file);
  CHECK(kind_of(View(little).first(2), "x") != InputKind::unknown);
}

TEST_CASE("an .rdp file whose lines are all malformed is still one by its name") {
  CHECK(kind("nothing of it\n", "work.rdp") == InputKind::rdp_file);
  CHECK(kind("nothing of it\n", "work.txt") == InputKind::text);
}

TEST_CASE("of a bundle, texts are read by their name, the rest by its kind") {
  CHECK(worth_reading(InputKind::text, "a/b/xfreerdp.log"));
  CHECK(worth_reading(InputKind::text, "guacd-stderr.txt"));
  CHECK(worth_reading(InputKind::text, "Client Console.txt"));
  CHECK_FALSE(worth_reading(InputKind::text, "SRV01_netstat-anob.txt"));
  CHECK_FALSE(worth_reading(InputKind::text, "SRV01_Certificates-RemoteDesktop.txt"));
  CHECK_FALSE(worth_reading(InputKind::text, "MSRD-Collect-Client-Log.txt"));
  CHECK_FALSE(worth_reading(InputKind::text, "setupapi.dev.log"));
  CHECK(worth_reading(InputKind::event_log, "anything"));
  CHECK_FALSE(worth_reading(InputKind::registry_export, "TerminalServer.reg"));
  CHECK_FALSE(worth_reading(InputKind::unknown, "setup.exe"));
}

TEST_CASE("every kind has a word, and what is not read a reason") {
  for (int k = 0; k <= static_cast<int>(InputKind::unknown); ++k)
    CHECK_FALSE(word(static_cast<InputKind>(k)).empty());
  CHECK(why_not_read(InputKind::unknown, "trace.ETL").contains("etl2pcapng"));
  CHECK(why_not_read(InputKind::registry_export, "x").contains("registry"));
}

TEST_CASE("the last part of a path") {
  CHECK(base_name("a/b/c.pcap") == "c.pcap");
  CHECK(base_name("C:\\x\\c.pcap") == "c.pcap");
  CHECK(base_name("c.pcap") == "c.pcap");
  CHECK(base_name("a/folder/") == "folder");
  CHECK(base_name("/") == "/");
}

}  // namespace rdpdoctor::analyze
