#include "formats/icacls.h"

#include <doctest/doctest.h>

#include "formats/netstat.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::string_view key_file = R"(C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\f686aace_uuid)";

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// As icacls lays it out: the accounts below one another.
std::string shown(std::string_view path, const std::vector<std::string>& entries) {
  std::string out(path);
  for (std::size_t i = 0; i < entries.size(); ++i)
    out += (i == 0 ? " " : std::string(path.size() + 1, ' ')) + entries[i] + "\r\n";
  return out + "\r\n";
}

std::vector<ListedAccess> listed(const std::string& text) {
  const Bytes bytes = bytes_of(text);
  CHECK(is_icacls(bytes));
  auto source = over(bytes);
  auto out = read_icacls(*source);
  REQUIRE(out.has_value());
  return *out;
}

std::string sddl_of(const std::vector<std::string>& entries) {
  auto all = listed(shown(key_file, entries));
  REQUIRE(all.size() == 1);
  CHECK(all[0].path == key_file);
  return all[0].security.get() ? to_sddl(all[0].security.value) : "unreadable: " + all[0].security.why;
}

}  // namespace

TEST_CASE("icacls' entries are those of the access list") {
  CHECK(sddl_of({R"(NT AUTHORITY\SYSTEM:(F))", R"(NT AUTHORITY\NETWORK SERVICE:(R))",
                 R"(NT SERVICE\SessionEnv:(F))", R"(BUILTIN\Administrators:(I)(OI)(CI)(RX,W))"}) ==
        "D:(A;;FA;;;SY)(A;;FR;;;NS)"
        "(A;;FA;;;S-1-5-80-4022436659-1090538466-1613889075-870485073-3428993833)(A;OICIID;0x1201bf;;;BA)");
  CHECK(sddl_of({R"(Everyone:(DENY)(R,Rc))", R"(NT AUTHORITY\SYSTEM:(RC,S,RD))"}) ==
        "D:(D;;FR;;;WD)(A;;0x120001;;;SY)");
  CHECK(sddl_of({R"(NT AUTHORITY\NETWORK SERVICE:(N))"}) == "D:(D;;FA;;;NS)");
}

TEST_CASE("a user's name beside the system's own is a user; an unknown name else is not guessed") {
  CHECK(
      sddl_of({R"(CONTOSO\bob smith:(F))", R"(NT AUTHORITY\SYSTEM:(F))"}).starts_with("D:(A;;FA;;;CONTOSO"));
  CHECK(sddl_of({"NT-AUTORIT\xC4T\\SYSTEM:(F)", "VORDEFINIERT\\Administratoren:(F)"})
            .starts_with("unreadable"));
  CHECK(
      sddl_of({R"(NT AUTHORITY\Local account:(F))", R"(NT AUTHORITY\SYSTEM:(F))"}).starts_with("unreadable"));
  CHECK(sddl_of({R"(NT AUTHORITY\SYSTEM:(F))", "Jeder:(F)"}).starts_with("unreadable"));
  CHECK(sddl_of({R"(NT AUTHORITY\SYSTEM:(ZZ))", R"(BUILTIN\Users:(R))"}).starts_with("unreadable"));
}

TEST_CASE("several files, with names that hold spaces, and other lines") {
  const std::string text = shown(R"(C:\a b\c)", {R"(NT AUTHORITY\SYSTEM:(F))"}) +
                           shown(R"(C:\a b\d e)", {R"(BUILTIN\Users:(R))", R"(NT AUTHORITY\SYSTEM:(F))"}) +
                           "Successfully processed 2 files; Failed processing 0 files\r\n";
  auto all = listed(text);
  REQUIRE(all.size() == 2);
  CHECK(all[0].path == R"(C:\a b\c)");
  CHECK(all[1].path == R"(C:\a b\d e)");
  CHECK(all[1].security.get());
  CHECK_FALSE(is_icacls(bytes_of("C:\\a is a path\r\n")));
}

TEST_CASE("netstat's listening ports, with their programs") {
  const Bytes text = bytes_of(
      "\r\nActive Connections\r\n\r\n  Proto  Local Address          Foreign Address        State           "
      "PID\r\n"
      "  TCP    0.0.0.0:3389           0.0.0.0:0              LISTENING       1234\r\n  TermService\r\n"
      " [svchost.exe]\r\n"
      "  TCP    10.0.0.5:3389          10.0.0.9:50000         ESTABLISHED     1234\r\n  TermService\r\n"
      " [svchost.exe]\r\n"
      "  TCP    0.0.0.0:50001          0.0.0.0:0              BOUND           77\r\n"
      "  TCP    [::]:445               [::]:0                 LISTENING       4\r\n"
      " Can not obtain ownership information\r\n"
      "  UDP    0.0.0.0:3389           *:*                                    1234\r\n  TermService\r\n"
      " [svchost.exe]\r\n");
  CHECK(is_netstat(text));
  auto source = over(text);
  auto ports = read_netstat(*source);
  REQUIRE(ports.has_value());
  REQUIRE(ports->has_value());
  const std::vector<ListedPort>& all = **ports;
  REQUIRE(all.size() == 3);
  CHECK(all[0].port == 3389);
  CHECK(all[0].process_id == 1234);
  CHECK(all[0].service == "TermService");
  CHECK(all[0].program == "svchost.exe");
  CHECK(all[1].address == "::");
  CHECK(all[1].program.empty());
  CHECK(all[2].protocol == "udp");
}

TEST_CASE("netstat in a language that is not known is not taken for a machine without ports") {
  const Bytes text = bytes_of("  TCP    0.0.0.0:3389    0.0.0.0:0    LUISTEREN    1234\r\n");
  auto source = over(text);
  auto ports = read_netstat(*source);
  REQUIRE(ports.has_value());
  CHECK_FALSE(ports->has_value());
}

}  // namespace rdpdoctor::formats
