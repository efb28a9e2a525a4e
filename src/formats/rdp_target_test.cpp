#include <doctest/doctest.h>

#include "formats/rdp_file.h"

using namespace rdpdoctor;
using namespace rdpdoctor::formats;

namespace {

void accepts(std::string_view text, std::string_view host, int port = 3389) {
  CAPTURE(text);
  const auto target = parse_target(text);
  REQUIRE(target.has_value());
  CHECK(target->host == host);
  CHECK(target->port == port);
}

void refuses(std::string_view text, std::string_view wrong_part, std::string_view expected) {
  CAPTURE(text);
  const auto target = parse_target(text);
  REQUIRE_FALSE(target.has_value());
  CHECK(target.error().kind == ErrorKind::usage);
  CAPTURE(target.error().doing);
  CHECK(target.error().doing.find("\"" + std::string(wrong_part) + "\"") == 0);
  CAPTURE(target.error().expected);
  CHECK(target.error().expected.find(expected) != std::string::npos);
}

}  // namespace

TEST_CASE("names are taken as they are") {
  accepts("srv-fin-02", "srv-fin-02");
  accepts("  SRV_1.contoso.example. ", "SRV_1.contoso.example.");
  accepts("srv:3390", "srv", 3390);
  accepts("srv:1", "srv", 1);
  accepts("srv:65535", "srv", 65535);
  accepts("xn--zrich-kva.example", "xn--zrich-kva.example");
  accepts("a.1b", "a.1b");
  accepts("1and1.example", "1and1.example");
  const std::string longest = std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') +
                              "." + std::string(61, 'd');
  accepts(longest, longest);
  accepts(longest + ".", longest + ".");
}

TEST_CASE("addresses of both families are taken") {
  accepts("10.1.2.3", "10.1.2.3");
  accepts("10.1.2.3:3390", "10.1.2.3", 3390);
  accepts("2001:db8::1", "2001:db8::1");
  accepts("::", "::");
  accepts("::1", "::1");
  accepts("1::", "1::");
  accepts("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8");
  accepts("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7::");
  accepts("::ffff:10.1.2.3", "::ffff:10.1.2.3");
  accepts("fe80::1%eth0", "fe80::1%eth0");
  accepts("[2001:DB8::1]", "2001:DB8::1");
  accepts("[2001:db8::1]:3390", "2001:db8::1", 3390);
  accepts("[fe80::1%12]:3390", "fe80::1%12", 3390);
}

TEST_CASE("wrong ports are refused") {
  for (std::string_view port :
       {"0", "70000", "65536", "", "abc", "-1", "+1", " 1", "0x10", "3389x", "99999999999999"}) {
    refuses("srv:" + std::string(port), port, "a port from 1 to 65535");
    refuses("[::1]:" + std::string(port), port, "a port from 1 to 65535");
  }
}

TEST_CASE("half and wrong IPv4 addresses are refused") {
  for (std::string_view text : {"1.2.3.256", "1.2.3", "1.2.3.4.5", "12345", "1.2.3.04", "1..2.3", "10.1.2.3.",
                                "0x7f.1", "127.0x1", "srv.1"}) {
    refuses(text, text, "four numbers from 0 to 255");
    refuses(std::string(text) + ":3389", text, "four numbers from 0 to 255");
  }
}

TEST_CASE("wrong IPv6 addresses are refused") {
  for (std::string_view text :
       {"1:2:3", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::", "12345::", "g::1", "1:2:3:4:5:6:7:8::", "::1.2.3",
        "1.2.3.4::", "fe80::1%", "fe80::1%a b", ":1:2:3:4:5:6:7"}) {
    refuses(text, text, "IPv6");
    refuses("[" + std::string(text) + "]", text, "2001:db8::1");
  }
  refuses("[::1", "[::1", "brackets");
  refuses("[::1]3389", "3389", ":PORT");
  refuses("[]", "", "2001:db8::1");
  refuses("[srv]:3389", "srv", "2001:db8::1");
  refuses("srv:1:2", "srv:1:2", "IPv6");
}

TEST_CASE("wrong names are refused") {
  for (std::string_view text : {"a..b", ".a", ".", "a b", "-a", "a/b", "\\\\srv", "a@b", "srv,3389", "*"}) {
    CAPTURE(text);
    const auto target = parse_target(text);
    REQUIRE_FALSE(target.has_value());
    CHECK(target.error().expected.find("letters, digits, - and _") == 0);
  }
  refuses(":3389", "", "letters");
  CHECK_FALSE(parse_target(std::string(64, 'a')).has_value());
  CHECK_FALSE(parse_target(std::string(254, 'a')).has_value());
}

TEST_CASE("nothing, a scheme and a name outside ASCII have their own advice") {
  refuses("", "", "HOST, HOST:PORT");
  refuses("  \t", "", "HOST, HOST:PORT");
  refuses("rdp://srv", "rdp://srv", "without the scheme");
  refuses("http://srv:3389/", "http://srv:3389/", "without the scheme");
  refuses("zürich.example", "zürich.example", "xn--");
  refuses("a\x1b[31m", "a\\x1b[31m", "letters");
}
