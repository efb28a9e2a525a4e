#include "host/live/command_line.h"

#include <doctest/doctest.h>

namespace rdpdoctor::host {

TEST_CASE("arguments are quoted so that Windows' programs get them back as they were") {
  CHECK(command_line({R"(C:\Windows\System32\sc.exe)", "query", "TermService"}) ==
        R"("C:\Windows\System32\sc.exe" query TermService)");
  CHECK(argument_line({"name=Remote Desktop"}) == R"("name=Remote Desktop")");
  CHECK(argument_line({""}) == R"("")");
  CHECK(argument_line({R"(say "hi")"}) == R"("say \"hi\"")");
  CHECK(argument_line({R"(C:\dir with space\)"}) == R"("C:\dir with space\\")");
  CHECK(argument_line({R"(C:\dir\)"}) == R"(C:\dir\)");
  CHECK(argument_line({R"(a\\b c)"}) == R"("a\\b c")");
  CHECK(argument_line({R"(a\"b)"}) == R"("a\\\"b")");
  CHECK(argument_line({R"(& calc.exe)", "%PATH%"}) == R"("& calc.exe" %PATH%)");
  CHECK(command_line({}).empty());
}

TEST_CASE("a command without a path is one of Windows' own") {
  constexpr std::string_view folder = R"(C:\Windows\System32)";
  CHECK(program_path("netsh", folder) == R"(C:\Windows\System32\netsh.exe)");
  CHECK(program_path("W32TM.EXE", folder) == R"(C:\Windows\System32\W32TM.EXE)");
  CHECK(program_path(R"(D:\tools\a.exe)", folder) == R"(D:\tools\a.exe)");
  for (const char* wrong : {"", "..\\netsh", "sub\\netsh", "\\\\server\\share\\a.exe", "C:netsh.exe",
                            "\\a.exe", R"(C:\Windows\..\a.exe)", R"(C:\.\a.exe)", R"(C:\a" b.exe)", "."})
    CHECK_FALSE(program_path(wrong, folder));
}

TEST_CASE("whose console to go on in is said first and taken away") {
  std::vector<std::string> arguments{"rdpdoctor", "--console-of", "4711", "fix", "--apply"};
  CHECK(take_console_argument(arguments) == 4711);
  CHECK(arguments == std::vector<std::string>{"rdpdoctor", "fix", "--apply"});
  CHECK_FALSE(take_console_argument(arguments));
  std::vector<std::string> wrong{"rdpdoctor", "--console-of", "x"};
  CHECK_FALSE(take_console_argument(wrong));
  CHECK(wrong.size() == 3);
  std::vector<std::string> later{"rdpdoctor", "fix", "--console-of", "1"};
  CHECK_FALSE(take_console_argument(later));
}

TEST_CASE("a program's output is told by its first line that says something") {
  CHECK(first_line("\r\n  \r\nThe requested operation requires elevation.\r\nmore\r\n") ==
        "The requested operation requires elevation.");
  CHECK(first_line("\n\n").empty());
}

}  // namespace rdpdoctor::host
