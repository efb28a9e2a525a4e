#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "fixes/emit/powershell_changes.h"
#include "fixes/emit/powershell_quote.h"
#include "support/sample_plans.h"

namespace rdpdoctor::fixes {

TEST_CASE("a text is quoted so that PowerShell reads back what it was, and nothing else") {
  CHECK(emit::quoted("plain") == "'plain'");
  CHECK(emit::quoted("") == "''");
  CHECK(emit::quoted("it's") == "'it''s'");
  CHECK(emit::quoted("$(exit) `\"x\"") == "'$(exit) `\"x\"'");
  // U+2019 closes a single quote for PowerShell.
  CHECK(emit::quoted("a\xE2\x80\x99;exit") == "('a' + [char]0x2019 + ';exit')");
  CHECK(emit::quoted("a\r\nb") == "('a' + [char]0x000D + '' + [char]0x000A + 'b')");
  CHECK(emit::quoted("\xF0\x9F\x94\x92") == "('' + [char]0xD83D + '' + [char]0xDD12 + '')");
}

TEST_CASE("a comment stays on its line") {
  const std::string line = emit::comment("a\r\nRemove-Item \xE2\x80\xA8 b");
  CHECK(std::ranges::all_of(line, [](char c) { return 0x20 <= c && c <= 0x7E; }));
  CHECK(line.starts_with("a\\x0d\\x0aRemove-Item"));
}

TEST_CASE("a stored value is given as .NET reads it") {
  CHECK(emit::state_of(std::optional<Stored>{}) == "absent");
  CHECK(emit::state_of(std::optional(dword(1))) == "4:01000000");
  CHECK(emit::state_of(std::optional(text("a"))) == "1:61000000");
  // Without its NUL, and with two of them.
  CHECK(emit::state_of(std::optional(Stored{1, {0x61, 0}})) == "1:61000000");
  CHECK(emit::state_of(std::optional(Stored{2, {}})) == "2:0000");
  CHECK(emit::state_of(std::optional(Stored{1, {0x61, 0, 0, 0, 0, 0}})) == "1:610000000000");
  CHECK(emit::state_of(std::optional(texts({"a", "b"}))) == "7:61000000620000000000");
  CHECK(emit::state_of(std::optional(texts({}))) == "7:0000");
  CHECK(emit::state_of(std::optional(Stored{7, {0x61, 0}})) == "7:610000000000");
  CHECK(emit::state_of(std::optional(Stored{0, {}})) == "0:");
}

TEST_CASE("a key's tree is one line, in one order") {
  const KeyTree tree{.keys = {{"", {{"b", dword(1)}, {"A", text("")}}}, {"S", {}}}};
  CHECK(emit::state_of(std::optional(tree)) == "K:|K:5300|V::4100:1:0000|V::6200:4:01000000");
  CHECK(emit::state_of(std::optional<KeyTree>{}) == "absent");
}

TEST_CASE("a script is ASCII with CRLF, whatever the names are") {
  for (auto changes : {test::registry_changes(), test::hostile_changes(), test::other_changes()}) {
    Script script = test::script_of(changes);
    script.machine = test::hostile + "\r\nexit";
    script.plans[0].notes = {test::hostile + "\nexit"};
    const std::string text = powershell(script);
    CHECK(
        std::ranges::all_of(text, [](char c) { return c == '\r' || c == '\n' || (0x20 <= c && c <= 0x7E); }));
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
      CHECK(text[at - 1] == '\r');
    CHECK(text.find("\nexit\r") == std::string::npos);
    CHECK(text.find("Invoke-Expression") == std::string::npos);
  }
}

TEST_CASE("what is there is compared where it is known, and found out where it is not") {
  const std::string known = emit::powershell_changes(test::script_of(test::registry_changes()));
  CHECK(known.find("Name = 'PortNumber'; Before = '4:3e0d0000'; After = '4:3d0d0000'") != std::string::npos);
  CHECK(known.find("Before = 'absent'") != std::string::npos);
  const std::string unread = emit::powershell_changes(test::script_of(test::unread_changes()));
  CHECK(unread.find("Name = 'fDenyTSConnections'; Before = ''; After = '4:00000000'") != std::string::npos);
  CHECK(unread.find("Kind = 'file access'") != std::string::npos);
  CHECK(unread.find("Before = ''; After = '' }") != std::string::npos);
}

TEST_CASE("only what weakens security is taken back by itself") {
  Script script = test::script_of(test::registry_changes());
  CHECK(emit::powershell_changes(script).find("$TakenBackAfter = 0\n") != std::string::npos);
  script = test::script_of(test::registry_changes(), test::weakening_fix());
  script.lasts = std::chrono::minutes(30);
  CHECK(emit::powershell_changes(script).find("$TakenBackAfter = 30\n") != std::string::npos);
  CHECK(powershell(script).find("taken back by a scheduled task 30 minutes after -Apply") !=
        std::string::npos);
}

TEST_CASE("two scripts of the same changes know each other's journals, others do not") {
  const auto id = [](const Script& script) {
    const std::string text = emit::powershell_changes(script);
    return text.substr(text.find("$ScriptId"), 32);
  };
  CHECK(id(test::script_of(test::registry_changes())) == id(test::script_of(test::registry_changes())));
  CHECK(id(test::script_of(test::registry_changes())) != id(test::script_of(test::other_changes())));
}

}  // namespace rdpdoctor::fixes
