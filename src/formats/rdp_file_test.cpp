#include "formats/rdp_file.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/text.h"

using namespace rdpdoctor;
using namespace rdpdoctor::formats;
using namespace std::string_literals;

namespace {

View view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

constexpr std::string_view sample =
    "screen mode id:i:2\r\n"
    "Full Address:s:srv-fin-02.contoso.example:3390\r\n"
    "\r\n"
    "signature:s:AQABAAEAAAC=\r\n"
    "activityhint:s:ms-wvd-ep:16e1?a={\"b\"%3a1}\r\n"
    "password 51:b:01000000D08C\r\n"
    "empty:s:\r\n";

void check_sample(View bytes) {
  const auto file = read_rdp_file(bytes);
  REQUIRE(file.has_value());
  CHECK(file->settings.size() == 6);
  CHECK(file->bad_lines.empty());
  CHECK(file->number("screen mode id") == 2);
  CHECK(file->text("full address") == "srv-fin-02.contoso.example:3390");
  CHECK(file->text("FULL ADDRESS") == "srv-fin-02.contoso.example:3390");
  CHECK(file->text("signature") == "AQABAAEAAAC=");
  CHECK(file->text("activityhint") == "ms-wvd-ep:16e1?a={\"b\"%3a1}");
  CHECK(file->settings.at("password 51").type == 'b');
  CHECK(file->text("empty") == "");
  CHECK_FALSE(file->text("absent").has_value());
  CHECK_FALSE(file->number("full address").has_value());
}

}  // namespace

TEST_CASE("an .rdp file is read as UTF-8, with and without BOM, and as UTF-16LE") {
  check_sample(view(sample));
  check_sample(view("\xEF\xBB\xBF" + std::string(sample)));
  Bytes utf16 = {0xFF, 0xFE};
  const Bytes body = utf8_to_utf16le(sample);
  utf16.insert(utf16.end(), body.begin(), body.end());
  check_sample(utf16);
  check_sample(body);
}

TEST_CASE("a signature and the gateway that is used are told; a gateway that is not used is none") {
  auto file = [](std::string_view text) { return read_rdp_file(view(text)).value(); };
  CHECK(file(sample).is_signed());
  CHECK_FALSE(file("full address:s:a\nsignature:s:\n").is_signed());
  CHECK(file("gatewayhostname:s:gw:443\ngatewayusagemethod:i:1").gateway() == "gw:443");
  CHECK(file("gatewayhostname:s:gw\ngatewayusagemethod:i:2").gateway() == "gw");
  for (auto text :
       {"gatewayhostname:s:gw", "gatewayhostname:s:gw\ngatewayusagemethod:i:0",
        "gatewayhostname:s:gw\ngatewayusagemethod:i:4", "gatewayhostname:s:\ngatewayusagemethod:i:1"}) {
    CHECK_FALSE(file(text).gateway());
  }
}

TEST_CASE("line ends may be LF, the last one may be missing, and the last setting wins") {
  const auto file = read_rdp_file(view("full address:s:a\nserver port:i:3391\nFULL ADDRESS:S: b "));
  REQUIRE(file.has_value());
  CHECK(file->text("full address") == "b");
  CHECK(file->number("server port") == 3391);
}

TEST_CASE("lines that can't be read are kept with their number") {
  const auto file =
      read_rdp_file(view("a:s:1\n\nnonsense\n:s:x\nb:x:1\nc:i:one\nd:i:\ne:i:12x\nf:s\n\x1b[2J\n"
                         "g:i:-5"));
  REQUIRE(file.has_value());
  CHECK(file->settings.size() == 2);
  CHECK(file->number("g") == -5);
  REQUIRE(file->bad_lines.size() == 8);
  CHECK(file->bad_lines[0].number == 3);
  CHECK(file->bad_lines[0].text == "nonsense");
  CHECK(file->bad_lines[7].number == 10);
  CHECK(file->bad_lines[7].text == "\\x1b[2J");
}

TEST_CASE("broken characters in a value become the replacement character") {
  CHECK(read_rdp_file(view("a:s:x\xff"))->text("a") == "x\uFFFD");
}

TEST_CASE("what is no .rdp file is refused") {
  CHECK_FALSE(read_rdp_file({}).has_value());
  CHECK_FALSE(read_rdp_file(view("\xFF\xFE")).has_value());
  CHECK_FALSE(read_rdp_file(view("hello\nworld\n")).has_value());
  CHECK_FALSE(read_rdp_file(view("MZ\x90\0\x03\0"s)).has_value());
  CHECK(read_rdp_file(Bytes(1024 * 1024 + 1, 'a')).error().reason == "larger than 1 MiB");
}

TEST_CASE("a large file of bad lines keeps only the first of them") {
  std::string text = "a:s:1\n";
  for (int i = 0; i < 1000; ++i) text += "bad\n";
  const auto file = read_rdp_file(view(text));
  REQUIRE(file.has_value());
  CHECK(file->bad_lines.size() == 100);
  CHECK(file->bad_line_count == 1000);
}

TEST_CASE("every truncation of an .rdp file is read or refused") {
  for (std::size_t n = 0; n <= sample.size(); ++n) {
    CHECK(read_rdp_file(view(sample.substr(0, n))).has_value() == (n >= 18));
  }
}

TEST_CASE("the target of a file is its full address and its server port") {
  auto target = [](std::string_view text) { return target_of(read_rdp_file(view(text)).value()); };
  CHECK(target("full address:s:srv")->port == 3389);
  CHECK(target("full address:s:srv\nserver port:i:3391")->port == 3391);
  CHECK(target("full address:s:srv:3390\nserver port:i:3391")->port == 3390);
  CHECK(target("full address:s:2001:db8::1\nserver port:i:3391")->port == 3391);
  CHECK(target("full address:s:[2001:db8::1]\nserver port:i:3391")->port == 3391);
  CHECK(target("full address:s:[2001:db8::1]:3390\nserver port:i:3391")->port == 3390);
  CHECK(target("full address:s:[2001:db8::1]:3390")->host == "2001:db8::1");
  CHECK(target("alternate full address:s:srv2:3391")->host == "srv2");
  CHECK(target("a:s:b").error().expected == "a line like full address:s:HOST");
  CHECK(target("full address:s:\n").error().kind == ErrorKind::usage);
  CHECK(target("full address:s:a b\n").error().doing == "\"a b\" is not a host name");
  CHECK(target("full address:s:srv\nserver port:i:70000").error().doing == "\"70000\" is not a port");
}

TEST_CASE("the .rdp files of the corpus are read like another client reads them") {
  const char* corpora = std::getenv("RDPDOCTOR_CORPORA");
  if (corpora == nullptr) {
    MESSAGE("skipped: RDPDOCTOR_CORPORA does not name the corpora folder");
    return;
  }
  for (const char* name : {"test1", "test2", "test3"}) {
    const std::string base = std::string(corpora) + "/rdpfiles-freerdp/" + name;
    CAPTURE(base);
    const auto file = read_rdp_file(view(contents(base + ".rdp")));
    REQUIRE(file.has_value());
    CHECK(file->bad_lines.empty());
    CHECK(file->settings.size() > 30);
    const std::string json = contents(base + ".json");
    const auto target = target_of(*file);
    REQUIRE(target.has_value());
    CHECK(json.find("\"FreeRDP_ServerHostname\": \"" + target->host + "\"") != std::string::npos);
    CHECK(json.find("\"FreeRDP_ServerPort\": " + std::to_string(target->port)) != std::string::npos);
    const std::string gateway = file->text("gatewayhostname").value_or("");
    auto has = [&](std::string_view key, std::string value) {
      INFO(key);
      CHECK(json.find("\"FreeRDP_" + std::string(key) + "\": " + value) != std::string::npos);
    };
    has("GatewayEnabled", file->gateway() ? "true" : "false");
    has("GatewayUsageMethod", std::to_string(file->number("gatewayusagemethod").value_or(0)) + ".0");
    has("GatewayCredentialsSource",
        std::to_string(file->number("gatewaycredentialssource").value_or(0)) + ".0");
    has("AuthenticationLevel", std::to_string(file->number("authentication level").value_or(0)) + ".0");
    has("NlaSecurity", file->number("enablecredsspsupport").value_or(1) != 0 ? "true" : "false");
    has("AadSecurity", file->number("enablerdsaadauth").value_or(0) != 0 ? "true" : "false");
    has("LoadBalanceInfoLength", std::to_string(file->text("loadbalanceinfo").value_or("").size()) + ".0");
    CHECK(json.find("\"FreeRDP_GatewayHostname\": \"" + gateway.substr(0, gateway.find(':')) + "\"") !=
          std::string::npos);
  }
}
