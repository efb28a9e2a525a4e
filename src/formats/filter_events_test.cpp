#include "formats/filter_events.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::formats {
namespace {

Result<FilterEvents> read(std::string_view text) {
  const Bytes bytes(text.begin(), text.end());
  const auto file = over(bytes);
  return read_filter_events(*file);
}

struct Wanted {
  std::string type = "FWPM_NET_EVENT_TYPE_CLASSIFY_DROP";
  std::string time = "2026-11-21T02:18:00.250Z";
  std::string protocol = "6";
  std::string program =
      R"(<appId><data/><asString>\device\harddiskvolume3\windows\system32\mstsc.exe</asString></appId>)";
  std::string layer = "48";
  std::string direction = "<msFwpDirection>MS_FWP_DIRECTION_OUT</msFwpDirection>";
  std::string remote = "<remoteAddrV4>192.0.2.7</remoteAddrV4>";
};
std::string item(const Wanted& w) {
  return fmt::format(
      "<item>\r\n <header>\r\n  <timeStamp>{}</timeStamp>\r\n  <flags "
      "numItems=\"2\"><item>FWPM_NET_EVENT_FLAG_"
      "IP_PROTOCOL_SET</item><item>FWPM_NET_EVENT_FLAG_APP_ID_SET</item></flags>\r\n"
      "  <ipVersion>FWP_IP_VERSION_V4</ipVersion><ipProtocol>{}</ipProtocol>\r\n"
      "  <localAddrV4>10.0.0.4</localAddrV4>{}<localPort>50123</localPort><remotePort>3389</remotePort>\r\n"
      "  {}<userId>S-1-5-21-1-2-3-1001</userId>\r\n </header>\r\n <type>{}</type>\r\n"
      " <classifyDrop><filterId>66241</filterId><layerId>{}</layerId>{}<isLoopback>false</isLoopback>"
      "<vSwitchId/></classifyDrop>\r\n"
      " <internalFields><terminatingFiltersInfo numItems=\"1\"><item><filterId>7</filterId></item>"
      "</terminatingFiltersInfo><filterOrigin>Query User "
      "Default</filterOrigin></internalFields>\r\n</item>\r\n",
      w.time, w.protocol, w.remote, w.program, w.type, w.layer, w.direction);
}
std::string list(const std::string& items) {
  return "<?xml version=\"1.0\"?>\r\n<netEvents numItems=\"1\">\r\n" + items + "</netEvents>\r\n";
}
FilterEvent only(const Wanted& w) {
  const auto events = read(list(item(w)));
  REQUIRE(events);
  REQUIRE(events->drops.size() == 1);
  return events->drops[0];
}

}  // namespace

TEST_CASE("a drop tells when, whose, to where and by which filter") {
  const FilterEvent e = only({});
  CHECK(to_rfc3339(e.at) == "2026-11-21T02:18:00.250Z");
  CHECK(e.direction == "out");
  CHECK(e.protocol == "tcp");
  CHECK(e.local_address == "10.0.0.4");
  CHECK(e.local_port == 50123);
  CHECK(e.remote_address == "192.0.2.7");
  CHECK(e.remote_port == 3389);
  CHECK(e.program == R"(\device\harddiskvolume3\windows\system32\mstsc.exe)");
  CHECK(e.filter == "66241 (Query User Default)");
  CHECK(e.layer == "ALE_AUTH_CONNECT_V4");
}

TEST_CASE("older and newer builds write the program, the type and the direction differently") {
  CHECK(only({.type = "FWPM_NET_EVENT_TYPE_PUBLIC_CLASSIFY_DROP"}).protocol == "tcp");
  CHECK(only({.program = "<appId><data>mstsc</data></appId>"}).program.empty());
  CHECK(only({.program = "<appId><data>6d0073007400730063000000</data><asString>m.s.t...</asString></appId>"})
            .program == "mstsc");
  CHECK(only({.program = R"(<appId><asString>C.:.\.m.s.t.s.c...e.x.e...</asString></appId>)"}).program ==
        R"(C:\mstsc.exe)");
  CHECK(only({.program = "<appId><asString>System</asString></appId>"}).program == "System");
  CHECK(only({.direction = "<msFwpDirection>14592</msFwpDirection>"}).direction == "in");
  CHECK(only({.layer = "46", .direction = ""}).direction == "in");
  CHECK(only({.layer = "12", .direction = ""}).direction.empty());
  CHECK(only({.layer = "12"}).layer == "12");
  CHECK(only({.protocol = "17"}).protocol == "udp");
  CHECK(only({.remote = "<remoteAddrV6>2001:db8::7</remoteAddrV6>"}).remote_address == "2001:db8::7");
  CHECK(only({.remote = "<remoteAddrV4>\x1b[31m</remoteAddrV4>"}).remote_address.empty());
}

TEST_CASE("what is no drop of TCP or UDP is counted and left out") {
  const auto events = read(
      list(item({.type = "FWPM_NET_EVENT_TYPE_CLASSIFY_ALLOW"}) + item({.protocol = "1"}) +
           item({.type = "FWPM_NET_EVENT_TYPE_CLASSIFY_DROP_MAC"}) + item({.time = "yesterday"}) + item({})));
  REQUIRE(events);
  CHECK(events->events == 5);
  CHECK(events->drops.size() == 1);
  CHECK(events->damaged == 1);
}

TEST_CASE("the newest come first, and no more than the thousand newest are kept") {
  std::string items;
  for (int i = 0; i < 4500; ++i)
    items += item({.time = to_rfc3339({1'763'700'000'000 + ((i * 7919) % 4500) * 1000})});
  const auto events = read(list(items));
  REQUIRE(events);
  CHECK(events->events == 4500);
  REQUIRE(events->drops.size() == most_filter_drops);
  CHECK(events->drops.front().at.ms == 1'763'700'000'000 + 4'499'000);
  CHECK(events->drops.back().at.ms == 1'763'700'000'000 + 3'500'000);
}

TEST_CASE("an empty list is no drops; another text and one that is cut off are errors") {
  for (const char* empty :
       {"<netEvents/>", "<netEvents numItems=\"0\"></netEvents>", "<wfpdiag><netEvents/></wfpdiag>"}) {
    const auto events = read(empty);
    REQUIRE(events);
    CHECK(events->drops.empty());
  }
  for (const char* other : {"", "Access is denied.", "<Events></Events>", "<a><b></b></a>"})
    CHECK_FALSE(read(other).has_value());
  const std::string whole = list(item({}) + item({}));
  for (std::size_t n = 0; n + 3 < whole.size(); ++n) CHECK_FALSE(read(whole.substr(0, n)).has_value());
}

TEST_CASE("what is damaged costs its own event and no other") {
  const auto events = read(list("<item><header><timeStamp></header></item>" + item({}) +
                                "<item/><<item></itm></item>" + item({})));
  REQUIRE(events);
  CHECK(events->drops.size() == 2);
  CHECK(0 < events->damaged);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<item>";
  CHECK_FALSE(read("<netEvents>" + deep).has_value());
}

TEST_CASE("a capture's form and UTF-16 are read too") {
  std::string text = "<wfpdiag><events>" + item({}) + "</events></wfpdiag>";
  text.replace(text.find("<item>"), 6, "<netEvent>");
  text.replace(text.rfind("</item>"), 7, "</netEvent>");
  Bytes bytes = utf8_to_utf16le(text);
  bytes.insert(bytes.begin(), {0xff, 0xfe});
  const auto file = over(bytes);
  const auto events = read_filter_events(*file);
  REQUIRE(events);
  CHECK(events->drops.size() == 1);
}

}  // namespace rdpdoctor::formats
