#include "formats/firewall_rule.h"

#include <doctest/doctest.h>

namespace rdpdoctor::formats {
namespace {

constexpr std::string_view stock =
    "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|Profile=Private|LPort=3389|"
    "App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice|Name=@FirewallAPI.dll,-28775|"
    "Desc=@FirewallAPI.dll,-28756|EmbedCtxt=@FirewallAPI.dll,-28752|";

FirewallRule rule(std::string_view text) {
  auto decoded = decode_firewall_rule(text);
  REQUIRE(decoded.has_value());
  return *decoded;
}

}  // namespace

TEST_CASE("Windows' own rule for Remote Desktop is read whole") {
  FirewallRule r = rule(stock);
  CHECK(r.version == "2.30");
  CHECK(r.action == "allow");
  CHECK(r.direction == "in");
  CHECK(r.active);
  CHECK(r.protocol == 6);
  CHECK(r.profiles == std::vector<std::string>{"Domain", "Private"});
  CHECK(r.service == "termservice");
  CHECK(r.program == "%SystemRoot%\\system32\\svchost.exe");
  CHECK(r.name == "@FirewallAPI.dll,-28775");
  CHECK(r.limits.empty());
  CHECK(covers(r, 3389));
  CHECK_FALSE(covers(r, 3390));
}

TEST_CASE("ranges, keywords and what narrows a rule") {
  FirewallRule r = rule(
      "v2.30|Action=Block|Dir=In|Active=FALSE|Protocol=17|LPort=53|LPort2_10=3000-4000|RA4=LocalSubnet|");
  CHECK_FALSE(r.active);
  CHECK(covers(r, 3000));
  CHECK(covers(r, 4000));
  CHECK_FALSE(covers(r, 4001));
  CHECK(r.limits == std::vector<std::string>{"RA4=LocalSubnet"});
  CHECK_FALSE(covers(rule("v2.30|Action=Allow|Dir=In|Protocol=6|LPort=RPC|"), 3389));
  CHECK(covers(rule("v2.30|Action=Allow|Dir=In|Protocol=6|"), 3389));
  CHECK(rule("v2.30|Action=Allow|Dir=In|New=1|").limits == std::vector<std::string>{"New=1"});
  CHECK_FALSE(rule("v2.30|Action=Allow|Dir=In|").active);
}

TEST_CASE("what is no rule is refused with its place") {
  CHECK(decode_firewall_rule("").error().field == "VERSION");
  CHECK(decode_firewall_rule("2.30|Action=Allow|").error().field == "VERSION");
  CHECK(decode_firewall_rule("v2.30|Dir=In|").error().field == "Action");
  CHECK(decode_firewall_rule("v2.30|Action=Allow|").error().field == "Dir");
  CHECK(decode_firewall_rule("v2.30|Action=Perhaps|Dir=In|").error().offset == 6);
  CHECK(decode_firewall_rule("v2.30|Action=Allow|Dir=In|LPort=9-3|").error().offset == 26);
  CHECK(decode_firewall_rule("v2.30|Action=Allow|Dir=In|Protocol=999|").error().field == "FIELD");
}

TEST_CASE("no beginning of a rule is read beyond its end") {
  for (std::size_t n = 0; n < stock.size(); ++n) {
    auto decoded = decode_firewall_rule(stock.substr(0, n));
    if (!decoded) CHECK(decoded.error().offset <= n);
  }
}

}  // namespace rdpdoctor::formats
