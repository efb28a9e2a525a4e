#include "report/layout.h"

#include <doctest/doctest.h>

namespace rdpdoctor::report {

TEST_CASE("text hangs behind its lead and breaks at spaces") {
  CHECK(hanging("  why   ", "one two three four", 17) == "  why   one two\n        three\n        four\n");
  CHECK(hanging("", "", 60) == "\n");
  CHECK(hanging("> ", "averyverylongword x", 8) == "> averyverylongword\n  x\n");
}

TEST_CASE("columns are code points, so that marks and umlauts do not shift a line") {
  CHECK(columns("✓ höst") == 6);
  CHECK(padded("✗", 3) == "✗  ");
}

TEST_CASE("a command stands on a line of its own, however long it is") {
  std::string text = advice_step(
      "  do    ", "On the host, to see it:   Get-Service TermService, SessionEnv, UmRdpService, KeyIso", 60);
  CHECK(text ==
        "  do    On the host, to see it:\n          Get-Service TermService, SessionEnv, UmRdpService, "
        "KeyIso\n");
  CHECK(split_advice("no command here: none").command.empty());
}

TEST_CASE("colour is only there when asked for") {
  CHECK(inked("x", Ink::bad, {}) == "x");
  CHECK(inked("x", Ink::bad, {.colour = true}) == "\x1b[31mx\x1b[0m");
}

}  // namespace rdpdoctor::report
