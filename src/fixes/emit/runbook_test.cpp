#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "fixes/emit/cmd_quote.h"
#include "support/sample_plans.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view commands[] = {"reg ", "icacls ", "net ", "move ", "attrib ", "sc.exe ", "netsh "};

std::vector<std::string_view> lines_with_commands(std::string_view text) {
  std::vector<std::string_view> out;
  for (const std::string_view line : split(text, '\n')) {
    if (line.size() < 11 || !line.starts_with("   ")) continue;
    const std::string_view typed = line.substr(11);
    if (std::ranges::any_of(commands, [&](std::string_view word) { return typed.starts_with(word); }))
      out.push_back(typed);
  }
  return out;
}

}  // namespace

TEST_CASE("a word is quoted for cmd.exe and the C runtime, or can't be typed") {
  CHECK(emit::cmd_quoted("a b") == "\"a b\"");
  CHECK(emit::cmd_quoted(R"(C:\new\)") == R"("C:\new\\")");
  CHECK(emit::cmd_quoted("a&b|c>d^e") == "\"a&b|c>d^e\"");
  for (const char* word : {"a\"b", "%PATH%", "100%", "a\nb", "\xC3\xA4", "a!b", "\x7F"})
    CHECK(!emit::cmd_quoted(word));
  CHECK(emit::cmd_path(R"(%ProgramData%\x_%MachineGuid%)") == R"("%ProgramData%\x_%MachineGuid%")");
  CHECK(!emit::cmd_path(R"(%ProgramData%\%PATH%)"));
  CHECK(!emit::cmd_path("%Program%ProgramData%Data%"));
  CHECK(emit::cmd_line({"netsh", "mtu=1400", "LAN 1", "a&b"}) == "netsh mtu=1400 \"LAN 1\" \"a&b\"");
  CHECK(!emit::cmd_line({"cmdkey", "/delete:\"&calc"}));
}

TEST_CASE("a value is typed with exactly the bytes that it has, or not at all") {
  const std::string key = R"(HKLM\SOFTWARE\X)";
  CHECK(emit::reg_command(key, "N", dword(0xFFFFFFFF)) ==
        R"(reg add "HKLM\SOFTWARE\X" /v "N" /t REG_DWORD /d 4294967295 /f)");
  CHECK(emit::reg_command(key, "", text("a")) == R"(reg add "HKLM\SOFTWARE\X" /ve /t REG_SZ /d "a" /f)");
  CHECK(emit::reg_command(key, "L", texts({"a", "b c"})) ==
        R"(reg add "HKLM\SOFTWARE\X" /v "L" /t REG_MULTI_SZ /d "a\0b c" /f)");
  CHECK(emit::reg_command(key, "N", std::nullopt) == R"(reg delete "HKLM\SOFTWARE\X" /v "N" /f)");
  CHECK(!emit::reg_command(key, "N", Stored{1, {0x61, 0}}));  // no NUL at its end
  CHECK(!emit::reg_command(key, "N", Stored{4, {1, 0}}));     // two bytes
  CHECK(!emit::reg_command(key, "N", texts({"a\\0b"})));      // would be two
  CHECK(!emit::reg_command(key, "N", texts({"a\\", "0"})));   // "a\\00"
  CHECK(!emit::reg_command(key, "N", texts({})));
  CHECK(!emit::reg_command(key, "N", text("%PATH%", 2)));
  CHECK(!emit::reg_command(key, "a\"b", dword(1)));
}

TEST_CASE("every step that can be taken back says how, and text is no wider than a hundred columns") {
  const std::string book = runbook(test::script_of(test::registry_changes()));
  for (const std::string_view line : split(book, '\n'))
    if (lines_with_commands(line).empty() && line.starts_with(' ')) CHECK(line.size() <= 100);
  std::size_t number = 0;
  for (const Change& change : test::registry_changes()) {
    const std::size_t at = book.find(std::to_string(++number) + ". " + change.says + '\n');
    REQUIRE(at != std::string::npos);
    const std::string step = book.substr(at, book.find("\n\n" + std::to_string(number + 1), at) - at);
    CHECK(step.find("   Do:     ") != std::string::npos);
    CHECK(step.find("   Undo:   ") != std::string::npos);
    CHECK(step.find("   Check:  ") != std::string::npos);
  }
}

TEST_CASE("no command holds what cmd.exe would read as something else") {
  for (const auto& changes : {test::registry_changes(), test::hostile_changes(), test::other_changes()}) {
    const std::string book = runbook(test::script_of(changes));
    for (const std::string_view line : lines_with_commands(book)) {
      INFO(line);
      bool quoted = false;
      for (const char c : line) {
        if (c == '"') quoted = !quoted;
        CHECK((quoted || std::string_view("&|<>^").find(c) == std::string_view::npos));
      }
      CHECK(!quoted);
      CHECK(line.find("%PATH%") == std::string_view::npos);
    }
    CHECK(book.find('\r') == std::string::npos);
  }
}

TEST_CASE("an access list is added to by icacls only where it can say just that") {
  auto changes = test::other_changes();
  CHECK(runbook(test::script_of({changes[0]})).find("f686_1234\" /grant *S-1-5-20:(R)\n") !=
        std::string::npos);
  auto& access = std::get<SetAccess>(changes[0].what);
  access.after = test::descriptor("D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x10000;;;NS)");
  CHECK(runbook(test::script_of({changes[0]})).find("icacls can't say it") != std::string::npos);
  access.after = test::descriptor("D:PAI(A;;FA;;;SY)");
  CHECK(runbook(test::script_of({changes[0]})).find("icacls can't say it") != std::string::npos);
}

}  // namespace rdpdoctor::fixes
