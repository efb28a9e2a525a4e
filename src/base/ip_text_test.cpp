#include "base/ip_text.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;

TEST_CASE("addresses are written as RFC 791 and RFC 5952 write them") {
  CHECK(ip_text(from_hex("0a010203").value()) == "10.1.2.3");
  CHECK(ip_text(from_hex("00000000000000000000000000000000").value()) == "::");
  CHECK(ip_text(from_hex("00000000000000000000000000000001").value()) == "::1");
  CHECK(ip_text(from_hex("20010db8000000000000000000000001").value()) == "2001:db8::1");
  CHECK(ip_text(from_hex("20010db8000000010001000100010001").value()) == "2001:db8:0:1:1:1:1:1");
  CHECK(ip_text(from_hex("20010db8000000010000000000000001").value()) == "2001:db8:0:1::1");
  CHECK(ip_text(from_hex("20010000000000010000000000000000").value()) == "2001:0:0:1::");
  CHECK(ip_text(from_hex("fe80000000000000abcdef0102030405").value()) == "fe80::abcd:ef01:203:405");
  CHECK(ip_text(from_hex("0102").value()) == "0x0102");
}
