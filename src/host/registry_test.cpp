#include "host/registry.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "host/files.h"
#include "host/key_names.h"
#include "host/memory/memory_host.h"

namespace rdpdoctor::host {
namespace {

Reading<RegistryValue> value(std::uint32_t type, Bytes data) {
  return Reading<RegistryValue>::present({"x", type, std::move(data)});
}
Bytes text(std::string_view utf8) {
  Bytes out = utf8_to_utf16le(utf8);
  out.insert(out.end(), 2, 0);
  return out;
}
void set_root(MemoryHost& host, std::string_view root) {
  host.set(R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)", {"SystemRoot", reg_sz, text(root)});
}

}  // namespace

TEST_CASE("a number is one of the right type and size, and anything else says what it is") {
  CHECK(as_dword(value(reg_dword, {1, 2, 0, 0})).value == 0x201);
  CHECK(as_dword(value(reg_dword_big_endian, {0, 0, 2, 1})).value == 0x201);
  CHECK(as_qword(value(reg_qword, {1, 0, 0, 0, 1, 0, 0, 0})).value == 0x1'0000'0001);
  CHECK(as_qword(value(reg_dword, {1, 0, 0, 0})).value == 1);
  CHECK(as_dword(value(reg_sz, text("1"))).why == "it is REG_SZ of 4 bytes, not REG_DWORD");
  CHECK(as_dword(value(reg_dword, {1})).why == "it is REG_DWORD of 1 byte, not REG_DWORD");
  CHECK(as_dword(Reading<RegistryValue>::absent()).state == Presence::absent);
  CHECK(as_dword(Reading<RegistryValue>::unreadable("why")).why == "why");
}

TEST_CASE("a text ends at its first zero, with or without one") {
  CHECK(as_text(value(reg_sz, text("a"))).value == "a");
  CHECK(as_text(value(reg_expand_sz, utf8_to_utf16le("%a%"))).value == "%a%");
  CHECK(as_text(value(reg_sz, {'a', 0, 0, 0, 'b', 0})).value == "a");
  CHECK(as_text(value(reg_sz, {})).value.empty());
  CHECK(as_text(value(reg_sz, {'a', 0, 'b'})).value == "a");
  CHECK(as_text(value(reg_binary, {'a', 0})).state == Presence::unreadable);
}

TEST_CASE("texts are read up to the empty one, and a single text is one of them") {
  CHECK(as_texts(value(reg_multi_sz, {'a', 0, 0, 0, 'b', 0, 0, 0, 0, 0, 'c', 0})).value ==
        std::vector<std::string>{"a", "b"});
  CHECK(as_texts(value(reg_multi_sz, {'a', 0})).value == std::vector<std::string>{"a"});
  CHECK(as_texts(value(reg_multi_sz, {})).value.empty());
  CHECK(as_texts(value(reg_sz, text("a"))).value == std::vector<std::string>{"a"});
}

TEST_CASE("the variables of paths stand for the machine's own folders") {
  MemoryHost host("test");
  set_root(host, R"(D:\WINNT)");
  host.set(R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList)",
           {"ProgramData", reg_expand_sz, text(R"(%SystemDrive%\Data)")});
  struct Path {
    std::string_view given, means;
  };
  for (const Path& p : {Path{R"(%systemroot%\System32\x)", R"(D:\WINNT\System32\x)"},
                        Path{R"(\SystemRoot\System32\x)", R"(D:\WINNT\System32\x)"},
                        Path{R"(System32\drivers\x.sys)", R"(D:\WINNT\System32\drivers\x.sys)"},
                        Path{R"(\??\E:\x)", R"(E:\x)"}, Path{R"(%ProgramData%\x)", R"(D:\Data\x)"},
                        Path{R"(%SystemDrive%\x)", R"(D:\x)"}, Path{R"(%other%\x)", R"(%other%\x)"}})
    CHECK(expanded(host, p.given) == p.means);
}

TEST_CASE("a machine that does not say where its folders are has them where Windows has") {
  MemoryHost host("test");
  CHECK(system_root(host) == R"(C:\Windows)");
  CHECK(program_data(host) == R"(C:\ProgramData)");
  set_root(host, "nonsense");
  CHECK(system_root(host) == R"(C:\Windows)");
}

TEST_CASE("names are the same without regard to case, and without guessing") {
  CHECK(same_name("RDP-Tcp", "rdp-tcp"));
  CHECK(same_name("J\xc3\x96RG", "j\xc3\xb6rg"));
  CHECK(folded("J\xc3\x96RG") == folded("j\xc3\xb6rg"));
  CHECK(!same_name("a", "ab"));
  CHECK(normal_key(R"(HKEY_LOCAL_MACHINE\System\)") == R"(hklm\system)");
  CHECK(with_control_set(R"(HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\)", "ControlSet002") ==
        R"(HKLM\SYSTEM\ControlSet002\Control)");
  CHECK(with_control_set(R"(HKLM\System\CURRENTCONTROLSET)", "ControlSet002") ==
        R"(HKLM\SYSTEM\ControlSet002)");
  CHECK(control_set_name(1) == "ControlSet001");
  CHECK(control_set_name(1234) == "ControlSet1234");
}

TEST_CASE("beside a part that can't be read, what is not held is absent") {
  MemoryHost host("case.zip", "bundle");
  host.set(R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)", {"a", reg_dword, Bytes(4)});
  host.add_file(R"(C:\ProgramData\Keys\one)", MemoryFile());
  host.key_unreadable(R"(HKLM\SOFTWARE)", "the hive is damaged");
  CHECK(host.value(R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)", "b").state ==
        Presence::absent);
  CHECK(host.value(R"(HKLM\SOFTWARE\A\B)", "b").why == "the hive is damaged");
  CHECK(host.file(R"(C:\ProgramData\Keys\two)").state == Presence::absent);
}

}  // namespace rdpdoctor::host
