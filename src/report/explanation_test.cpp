#include "report/explanation.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace rdpdoctor::report {
namespace {

bool has(const Explanation& e, std::string_view cause) {
  return std::any_of(e.causes.begin(), e.causes.end(), [&](auto& r) { return r.cause->id == cause; });
}

}  // namespace

TEST_CASE("the pair 0x904 0x7 puts what first-hand reports name before mere possibilities") {
  auto e = explain("0x904", "0x7");
  REQUIRE(e);
  REQUIRE(e->causes.size() > 5);
  CHECK(e->causes[0].cause->id == "forwarder-without-host");
  CHECK(e->causes[1].cause->id == "certificate-key-unusable");
  CHECK_FALSE(has(*e, "account-locked"));
  CHECK_FALSE(has(*e, "udp-blocked"));
  CHECK_FALSE(e->ambiguous);
}

TEST_CASE("a slash, hex, decimal and the code's name are the same question") {
  auto a = explain("0x904", "0x7"), b = explain("2308/7", "");
  REQUIRE(a);
  REQUIRE(b);
  CHECK(a->causes.size() == b->causes.size());
  auto named = explain("disconnectReasonAtClientWinsockFDCLOSE", "");
  REQUIRE(named);
  CHECK(named->codes.at(0).value == 0x904);
}

TEST_CASE("a number that stands in several fields is shown in each") {
  auto e = explain("0x104", "");
  REQUIRE(e);
  CHECK(e->ambiguous);
  CHECK(terminal(*e, {}).find("different things in different fields") != std::string::npos);
}

TEST_CASE(
    "one unknown number of a pair is kept; a wholly unknown code is an error that says what was expected") {
  auto e = explain("0x904", "0x7FFFFFF");
  REQUIRE(e);
  CHECK(std::any_of(e->codes.begin(), e->codes.end(),
                    [](auto& c) { return c.family == nullptr && c.value == 0x7FFFFFF; }));
  for (auto code : {"0x7FFFFFF1", "nonsense", "", "12345678901234567890"}) {
    auto none = explain(code, "");
    REQUIRE_FALSE(none);
    CHECK(none.error().kind == ErrorKind::usage);
    CHECK_FALSE(none.error().expected.empty());
  }
}

TEST_CASE("a code that names its cause gives that cause as likely") {
  auto e = explain("0xD07", "");
  REQUIRE(e);
  REQUIRE_FALSE(e->causes.empty());
  CHECK(e->causes[0].cause->id == "account-locked");
  CHECK(e->causes[0].found.certainty == causes::Certainty::likely);
}

TEST_CASE("every cause has a page that says what to do") {
  for (const auto& cause : causes::all_causes()) {
    std::string page = cause_page(cause, {});
    CHECK(page.find("What to do: ") != std::string::npos);
    CHECK(page.find(cause.id) != std::string::npos);
  }
}

}  // namespace rdpdoctor::report
