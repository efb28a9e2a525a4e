// What `explain --text` prints: short, the answer first.
#include "report/told_text.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace rdpdoctor::report {
namespace {

evidence::Told code(std::string family, std::uint32_t value, std::string words, std::uint64_t line = 1) {
  return {
      .source = "text", .line = line, .family = std::move(family), .value = value, .words = std::move(words)};
}
evidence::Told sign(std::string id, std::string words, std::uint64_t line = 1) {
  return {.source = "text", .line = line, .sign = std::move(id), .words = std::move(words)};
}
std::size_t times(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
  return n;
}

constexpr std::string_view dialog =
    "An internal error has occurred. Error code: 0x904 Extended error code: 0x7";
const Explanation pair =
    explain({code("disconnect", 0x904, std::string(dialog)), code("extended", 7, std::string(dialog)),
             sign("mstsc-internal-error", std::string(dialog))});

}  // namespace

TEST_CASE("a dialog's pair is answered in less than forty lines, each code once and the text not at all") {
  std::string text = terminal(pair, {});
  CHECK(std::ranges::count(text, '\n') < 40);
  CHECK(times(text, "\n  0x") + times(text.substr(0, 4), "  0x") == 2);
  CHECK(text.find("0x904") < text.find("0x7 "));
  CHECK(times(text, dialog) == 0);
  CHECK(times(text, "in line 1") == 0);
  CHECK(text.find("article") == text.npos);
}

TEST_CASE("three causes are shown with what fits them, all others are named") {
  std::string text = terminal(pair, {});
  CHECK(times(text, "fits: ") == 3);
  REQUIRE(pair.causes.size() > 4);
  for (const auto& r : pair.causes) {
    INFO(r.cause->id);
    CHECK(text.find(r.cause->id) != text.npos);
  }
  CHECK(text.find("also possible: ") != text.npos);
  CHECK(text.find("rdpdoctor diagnose HOST --code 0x904/0x7") < text.find("More: rdpdoctor explain "));
}

TEST_CASE("first-hand reports weigh more than the dialog's words, which every such code comes with") {
  CHECK(pair.causes[0].cause->id == "forwarder-without-host");
}

TEST_CASE("of a text of several lines the place is told by a few words around the hit") {
  std::string line =
      "[10:00:00:001] [1:2] [ERROR][com.freerdp.core] - rdp_client_connect:freerdp_set_last_error_ex "
      "ERRCONNECT_CONNECT_FAILED [0x00020006]";
  std::string text = terminal(explain({code("freerdp", 0x20006, line, 3)}), {});
  CHECK(text.find("in line 3: …") != text.npos);
  CHECK(text.find("ERRCONNECT_CONNECT_FAILED") != text.npos);
  CHECK(times(text, "[10:00:00:001]") == 0);
  std::string accents;
  for (int i = 0; i < 40; ++i) accents += "\u00e9\u00e8";
  std::string cut = terminal(explain({code("disconnect", 0x904, accents + " 0x904 " + accents, 2)}), {});
  CHECK((cut.find("…\u00e9") != cut.npos ||
         cut.find("…\u00e8") != cut.npos));  // never in the middle of a character
}

TEST_CASE("what is wanting to judge the rest is told once each") {
  auto text = terminal(make_report(evidence::CaseFile{}), {});
  auto at = text.find("for want of:");
  REQUIRE(at != text.npos);
  CHECK(times(text.substr(at), "a logon") == 1);
  CHECK(times(text.substr(at), ", or") == 0);
}

TEST_CASE("of many codes the first are shown and the rest are counted") {
  std::vector<evidence::Told> told;
  for (std::uint32_t i = 0; i < 15; ++i) told.push_back(code("disconnect", 0x70000 + i, "words", i + 1));
  std::string text = terminal(explain(told), {});
  CHECK(times(text, "in no table known here") == 10);
  CHECK(text.find("and 5 more (--json shows all)") != text.npos);
}

}  // namespace rdpdoctor::report
