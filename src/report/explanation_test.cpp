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

TEST_CASE("0x204 is first what its dialog's words say: the host, the port, a firewall") {
  auto e = explain("0x204", "");
  REQUIRE(e);
  REQUIRE(e->causes.size() > 5);
  CHECK(e->causes[0].cause->id == "host-unreachable");
  CHECK(e->causes[1].cause->id == "port-closed");
  CHECK(e->causes[2].cause->id == "port-filtered");
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

namespace {

evidence::Told code(std::string family, std::uint32_t value, std::uint64_t line = 1) {
  return {.source = "text", .line = line, .family = std::move(family), .value = value, .words = "words"};
}
evidence::Told sign(std::string id, std::uint64_t line = 1) {
  return {.source = "text", .line = line, .sign = std::move(id), .words = "words"};
}

}  // namespace

TEST_CASE("a text's codes rank as the codes alone do, and its words join them") {
  auto by_code = explain("0x904", "0x7");
  auto by_text = explain({code("disconnect", 0x904), code("extended", 7, 2)});
  REQUIRE(by_code);
  REQUIRE(by_code->causes.size() == by_text.causes.size());
  for (std::size_t i = 0; i < by_text.causes.size(); ++i)
    CHECK(by_code->causes[i].cause == by_text.causes[i].cause);
  auto with_words = explain({code("disconnect", 0x904), sign("event-36870", 2)});
  REQUIRE_FALSE(with_words.causes.empty());
  CHECK(with_words.causes[0].cause->id == "certificate-key-unusable");
  CHECK(with_words.causes[0].found.certainty == causes::Certainty::likely);
  CHECK(with_words.causes[0].found.evidence.size() >= 2);
}

TEST_CASE("what a text tells again is one entry that counts its lines") {
  auto e = explain({code("winsock", 10061), sign("connect-refused"), code("winsock", 10061, 4),
                    sign("connect-refused", 5), sign("connect-refused", 6), sign("xrdp-key-unreadable", 7)});
  REQUIRE(e.codes.size() == 1);
  CHECK(e.codes[0].in.times == 2);
  REQUIRE(e.signs.size() == 2);
  CHECK(e.signs[0].in.times == 3);
  CHECK(e.signs[0].in.line == 1);
  CHECK(terminal(e, {}).find("in line 1, and 2 more: words") != std::string::npos);
}

TEST_CASE("a number of a text that nothing says the field of makes its causes possible at most") {
  auto e = explain({code("", 0x104)});
  CHECK(e.ambiguous);
  CHECK(e.codes.size() > 1);
  for (const auto& r : e.causes) CHECK(r.found.certainty == causes::Certainty::possible);
  auto sure = explain({code("disconnect", 0x104)});
  CHECK_FALSE(sure.ambiguous);
  CHECK(sure.codes.size() == 1);
}

TEST_CASE("a code of a text that no table has is kept and shown as such") {
  auto e = explain({code("", 0x1104)});
  REQUIRE(e.codes.size() == 1);
  CHECK(e.codes[0].family == nullptr);
  CHECK(terminal(e, {}).find("in no table known here") != std::string::npos);
}

TEST_CASE("without codes and signs nothing is explained") {
  auto e = explain(std::vector<evidence::Told>{});
  CHECK((e.codes.empty() && e.signs.empty() && e.causes.empty() && e.next.empty()));
}

TEST_CASE(
    "the next step is a probe where one of the first two can be seen from the wire, and names the host") {
  auto told = code("disconnect", 0x904);
  told.about = "SRV";
  auto e = explain({told, code("extended", 7)});
  REQUIRE(e.causes.size() >= 2);
  CHECK(e.next.starts_with("rdpdoctor diagnose srv --code 0x904/0x7 tells "));
  CHECK(e.next.find(e.causes[0].cause->id) != std::string::npos);
  CHECK(e.next.find(e.causes[1].cause->id) != std::string::npos);
  auto other = told;
  other.about = "another";
  CHECK(explain({told, other}).next.find("diagnose HOST") != std::string::npos);
}

TEST_CASE("between two causes that no probe sees the next step is what tells them apart") {
  auto e = explain({sign("access-denied-by-server")});
  REQUIRE(e.causes.size() >= 2);
  CHECK(e.next.find("diagnose") == std::string::npos);
  CHECK(e.next.find(e.causes[0].cause->id) != std::string::npos);
}

TEST_CASE("every sign is explained with its meaning, its source and a next step") {
  for (const auto& s : codes::all_signs()) {
    INFO(s.id);
    auto e = explain({sign(std::string(s.id))});
    REQUIRE(e.signs.size() == 1);
    CHECK_FALSE(e.next.empty());
    CHECK(terminal(e, {}).find(s.id) != std::string::npos);
  }
}

TEST_CASE("every cause has a page that says what to do") {
  for (const auto& cause : causes::all_causes()) {
    std::string page = cause_page(cause, {});
    CHECK(page.find("What to do: ") != std::string::npos);
    CHECK(page.find(cause.id) != std::string::npos);
  }
}

}  // namespace rdpdoctor::report
