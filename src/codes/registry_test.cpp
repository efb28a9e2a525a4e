#include "codes/registry.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"

using namespace rdpdoctor::codes;

namespace {

std::set<std::string> families_of(const std::vector<Match>& matches) {
  std::set<std::string> ids;
  for (const Match& match : matches) ids.insert(std::string(match.family->id));
  return ids;
}

bool only_printable_ascii_or_typographic(std::string_view text) {
  return rdpdoctor::printable(text, text.size()) == text;
}

using Ids = std::set<std::string>;

}  // namespace

TEST_CASE("every family has its own id in kebab case, a title, a place and a source") {
  Ids ids;
  for (const Family& family : all_families()) {
    INFO(family.id);
    CHECK(ids.insert(std::string(family.id)).second);
    CHECK(family.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    CHECK(family.title.size() > 5);
    CHECK(family.where.size() > 15);
    CHECK(family.source.size() > 5);
    CHECK(find_family(family.id) == &family);
  }
  CHECK(ids == Ids{"disconnect", "early-authorization", "error-info", "extended", "freerdp", "gateway",
                   "gateway-hresult", "logon-error", "negotiation-failure", "ntstatus", "rdstls", "schannel",
                   "tls-alert", "winsock"});
  CHECK(find_family("windows-app") == nullptr);
  CHECK(find_family("") == nullptr);
  CHECK(find_family("disconnect")->where.find("Windows App") != std::string_view::npos);
}

TEST_CASE("every code has a text of its own and is found by its value and by its name") {
  for (const Family& family : all_families()) {
    std::uint64_t last = 0;
    Ids names;
    for (const Code& code : family.codes) {
      INFO(family.id, " ", code.value, " ", code.name);
      CHECK((&code == family.codes.data() || last < code.value));
      last = code.value;
      CHECK(names.insert(std::string(code.name)).second);
      CHECK(code.name.find(' ') == std::string_view::npos);
      CHECK(code.meaning.ends_with("."));
      CHECK((code.not_that.empty() || code.not_that.ends_with(".")));
      CHECK(code.meaning != code.not_that);
      CHECK(only_printable_ascii_or_typographic(code.meaning));
      CHECK(find_code(family.id, code.value) == &code);
      CHECK(name_or_empty(family.id, code.value) == code.name);
      auto is_this = [&](const Match& match) { return match.family == &family && match.code == &code; };
      CHECK(std::ranges::any_of(find_value(code.value), is_this));
      CHECK(std::ranges::any_of(find_name(code.name), is_this));
    }
  }
}

TEST_CASE("the tables have as many codes as their sources list") {
  const auto disconnect = find_family("disconnect")->codes;
  CHECK(disconnect.size() == 47 + 23 + 1);  // OnDisconnected, support articles, UI_ERR_NORMAL_DISCONNECT
  CHECK(std::ranges::count_if(disconnect, [](const Code& code) {
          return code.name.starts_with("disconnectReason") || code.name.starts_with("SSL_ERR_");
        }) == 47);
  CHECK(find_family("extended")->codes.size() == 28 + 2);
  CHECK(find_family("error-info")->codes.size() == 17 + 11 + 11 + 79);
  CHECK(find_family("negotiation-failure")->codes.size() == 6);
  CHECK(find_family("early-authorization")->codes.size() == 2);
  CHECK(find_family("rdstls")->codes.size() == 8);
  CHECK(find_family("logon-error")->codes.size() == 8 + 4);
  CHECK(find_family("gateway")->codes.size() == 71);
  CHECK(find_family("gateway-hresult")->codes.size() == 20);
  CHECK(find_family("freerdp")->codes.size() == 30);
  CHECK(find_family("tls-alert")->codes.size() == 37);
}

TEST_CASE("well-known values have the names of their sources") {
  CHECK(name_or_empty("disconnect", 2308) == "disconnectReasonAtClientWinsockFDCLOSE");
  CHECK(name_or_empty("disconnect", 5639) == "SSL_ERR_DELEGATION_POLICY");
  CHECK(name_or_empty("extended", 7) == "exDiscReasonServerDeniedConnection");
  CHECK(name_or_empty("error-info", 0x112F) == "ERRINFO_GRAPHICS_SUBSYSTEM_FAILED");
  CHECK(name_or_empty("negotiation-failure", 3) == "SSL_CERT_NOT_ON_SERVER");
  CHECK(name_or_empty("ntstatus", 0xC000006D) == "STATUS_LOGON_FAILURE");
  CHECK(name_or_empty("schannel", 0x8009030D) == "SEC_E_UNKNOWN_CREDENTIALS");
  CHECK(name_or_empty("tls-alert", 40) == "handshake_failure");
  CHECK(name_or_empty("winsock", 10054) == "WSAECONNRESET");
  CHECK(name_or_empty("freerdp", 0x0002000C) == "ERRCONNECT_SECURITY_NEGO_CONNECT_FAILED");
  CHECK(name_or_empty("gateway", 50331656) == "gateway-remote-error");
}

TEST_CASE("every Schannel error that a TLS alert becomes is known") {
  for (std::uint32_t value :
       {0x80090326u, 0x8009030Fu, 0x80090330u, 0x80090327u, 0x80092010u, 0x80090328u, 0x80090325u,
        0x8009030Cu, 0x80090302u, 0x80090331u, 0x80090304u, 0x80090333u, 0x80090367u}) {
    INFO(value);
    CHECK(find_code("schannel", value) != nullptr);
  }
}

TEST_CASE("the two codes of the well-known complaint say what they do not mean") {
  CHECK(find_code("disconnect", 0x904)->not_that.find("certificates") != std::string_view::npos);
  CHECK(find_code("extended", 0x7)->not_that.find("probably") != std::string_view::npos);
}

TEST_CASE("a value that is in no table has no name and breaks nothing") {
  for (std::uint32_t value : {0x1104u, 0x516u, 0xDEADBEEFu, 0xFFFFFFFFu}) {
    CHECK(find_code("disconnect", value) == nullptr);
    CHECK(name_or_empty("disconnect", value).empty());
  }
  CHECK(find_value(0xDEADBEEF).empty());
  CHECK(find_code("no-such-family", 1) == nullptr);
}

TEST_CASE("a value that means different things in different fields gives them all") {
  CHECK(families_of(find_value(0x104)) == Ids{"disconnect", "extended", "error-info"});
  CHECK(families_of(find_value(0x904)) == Ids{"disconnect"});
  CHECK(families_of(find_value(5)) ==
        Ids{"extended", "error-info", "negotiation-failure", "early-authorization", "rdstls"});
}

TEST_CASE("the extended field also shows the host's error info values") {
  CHECK(name_or_empty("extended", 0x112D) == "ERRINFO_GRAPHICS_MODE_NOT_SUPPORTED");
  CHECK(name_or_empty("extended", 0x407) == "ERRINFO_CB_SESSION_ONLINE_VM_NO_DNS");
  CHECK(name_or_empty("extended", 0x1) == "exDiscReasonAPIInitiatedDisconnect");
  CHECK(find_code("extended", 0x6FFF) == nullptr);
}

TEST_CASE("a Win32 error is found in both of its forms") {
  CHECK(find_value(0x8007274C).at(0).code->name == "WSAETIMEDOUT");
  CHECK(find_value(23003).at(0).code->name == "E_PROXY_NAP_ACCESSDENIED");
  CHECK(find_value(0x800759E6).at(0).code->name == "E_PROXY_MAXCONNECTIONSREACHED");
  CHECK(families_of(find_value(0x8007052E)) == Ids{"rdstls"});
}

TEST_CASE("a name is found in any case, with and without its prefix and separators") {
  CHECK(families_of(find_name("handshake_failure")) == Ids{"tls-alert"});
  CHECK(families_of(find_name("Handshake Failure")) == Ids{"tls-alert"});
  CHECK(families_of(find_name("HYBRID_REQUIRED_BY_SERVER")) == Ids{"negotiation-failure", "freerdp"});
  CHECK(find_name("atclientwinsockfdclose").at(0).code->value == 0x904);
  CHECK(find_name("DISCONNECTREASONATCLIENTWINSOCKFDCLOSE").at(0).code->value == 0x904);
  CHECK(find_name("ServerDeniedConnection").size() == 2);  // extended and error info
  CHECK(find_name("UNKNOWN_CREDENTIALS").at(0).code->value == 0x8009030D);
  CHECK(find_name("ERRINFO_UNKNOWNPDUTYPE").at(0).code->value == 0x10CA);
  CHECK(families_of(find_name("CERT_EXPIRED")) == Ids{"disconnect", "schannel"});
  CHECK(families_of(find_name("CERT_E_EXPIRED")) == Ids{"schannel"});
  CHECK(find_name("ECONNRESET").at(0).code->value == 10054);
}

TEST_CASE("a name with its prefix finds only its own family") {
  CHECK(families_of(find_name("status_logon_failure")) == Ids{"ntstatus"});
  CHECK(families_of(find_name("LOGON_FAILURE")) == Ids{"disconnect", "ntstatus", "rdstls", "freerdp"});
  CHECK(families_of(find_name("SSL_ERR_ACCOUNT_DISABLED")) == Ids{"disconnect"});
}

TEST_CASE("what is not a name finds nothing") {
  CHECK(find_name("").empty());
  CHECK(find_name("  __--").empty());
  CHECK(find_name("STATUS_").empty());
  CHECK(find_name("no such code").empty());
  CHECK(find_name(std::string(100000, 'x')).empty());
  CHECK(find_name(std::string_view("\0\xff\x1b[31m", 7)).empty());
}

TEST_CASE("a code is read in hexadecimal, decimal and negative decimal") {
  CHECK(parse_code("0x904") == 0x904u);
  CHECK(parse_code("0X904") == 0x904u);
  CHECK(parse_code("2308") == 2308u);
  CHECK(parse_code(" 0x00000904\n") == 0x904u);
  CHECK(parse_code("-1073741715") == 0xC000006Du);
  CHECK(parse_code("0xc000006D") == 0xC000006Du);
  CHECK(parse_code("4294967295") == 0xFFFFFFFFu);
  CHECK(parse_code("-2147483648") == 0x80000000u);
  CHECK(parse_code("0") == 0u);
  CHECK(parse_code("-1") == 0xFFFFFFFFu);
}

TEST_CASE("what is not a number of 32 bits is no code") {
  for (std::string_view text : {"",
                                " ",
                                "-",
                                "0x",
                                "0X",
                                "x904",
                                "0x9g4",
                                "904h",
                                "0x-1",
                                "-0x1",
                                "+5",
                                "--5",
                                "1.5",
                                "1e3",
                                "12 34",
                                "0x 904",
                                "4294967296",
                                "0x100000000",
                                "-2147483649",
                                "99999999999999999999999999",
                                "0x904/0x7",
                                "LOGON_FAILURE",
                                "\xff"}) {
    INFO(text);
    CHECK_FALSE(parse_code(text).has_value());
  }
  CHECK_FALSE(parse_code(std::string(100000, '9')).has_value());
  CHECK_FALSE(parse_code(std::string_view("12\0", 3)).has_value());
}

TEST_CASE("a pair of codes is read with and without its second part") {
  auto pair = parse_code_pair("0x904/0x7");
  REQUIRE(pair.has_value());
  CHECK(pair->code == 0x904);
  CHECK(pair->extended == 7u);
  pair = parse_code_pair("2308 / 7");
  REQUIRE(pair.has_value());
  CHECK(pair->extended == 7u);
  pair = parse_code_pair("0x904");
  REQUIRE(pair.has_value());
  CHECK_FALSE(pair->extended.has_value());
  for (std::string_view text : {"", "/", "0x904/", "/0x7", "0x904/0x7/0x1", "0x904,0x7", "a/b"}) {
    INFO(text);
    CHECK_FALSE(parse_code_pair(text).has_value());
  }
}

TEST_CASE("the class of a disconnect reason is read off its low byte") {
  CHECK(class_of_disconnect(0x904) == "transport/socket");
  CHECK(class_of_disconnect(0xB06) == "security layer");
  CHECK(class_of_disconnect(0x807) == "TLS/CredSSP");
  CHECK(class_of_disconnect(0x808) == "core, UI or licensing");
  CHECK(class_of_disconnect(0xB09) == "policy or NLA");
  CHECK(class_of_disconnect(0x10A) == "smart card");
  for (std::uint32_t value : {0u, 1u, 3u, 4u, 0x905u, 0x3000008u, 0xFFFFFFFFu})
    CHECK(class_of_disconnect(value).empty());
}
