#include "host/bundle/bundle.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "host/registry.h"
#include "support/evtx_writer.h"
#include "support/host_events.h"
#include "support/machine.h"

namespace rdpdoctor::host {
namespace {

constexpr const char* control = R"(HKLM\SYSTEM\CurrentControlSet\Control)";
constexpr const char* terminal_server = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)";
constexpr const char* machine_keys = R"(C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys)";

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}
// As reg.exe writes it.
Bytes export_of(std::string_view text) {
  Bytes out = *from_hex("fffe");
  const Bytes units = utf8_to_utf16le("Windows Registry Editor Version 5.00\r\n\r\n" + std::string(text));
  out.insert(out.end(), units.begin(), units.end());
  return out;
}
const std::string terminal_server_export =
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server]\r\n"
    "\"fDenyTSConnections\"=dword:00000000\r\n\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp]\r\n"
    "\"PortNumber\"=dword:00000d3d\r\n\r\n";

struct Files {
  std::unique_ptr<test::TreeInMemory> tree = std::make_unique<test::TreeInMemory>();
  Files& add(const std::string& path, Bytes content) {
    tree->file(path, std::move(content));
    return *this;
  }
  std::unique_ptr<Host> open() {
    auto host = open_bundle(std::move(tree));
    REQUIRE(host.has_value());
    return std::move(*host);
  }
};

std::string whys(Host& host) {
  std::string out;
  for (const HiveRead& hive : host.hives()) out += hive.path + ": " + hive.detail + "; ";
  return out;
}

}  // namespace

TEST_CASE("inside an exported key what is missing is absent, outside it is unreadable") {
  // MSRD-Collect's names: exports end in .txt.
  auto host =
      Files().add("MSRD/RDS01_RegistryKeys/RDS01_HKLM-TS.txt", export_of(terminal_server_export)).open();
  CHECK(host->kind() == "bundle");
  CHECK(as_dword(host->value(terminal_server, "fDenyTSConnections")).value == 0);
  CHECK(host->value(terminal_server, "Gone").state == Presence::absent);
  CHECK(host->value(std::string(terminal_server) + R"(\Gone\Deeper)", "x").state == Presence::absent);
  CHECK(host->subkeys(terminal_server).value == std::vector<std::string>{"WinStations"});
  for (const std::string& key :
       {std::string(control), std::string(control) + "\\Lsa", std::string(R"(HKLM\SYSTEM\Select)"),
        std::string(R"(HKLM\SOFTWARE\Policies)")}) {
    CAPTURE(key);
    CHECK(host->value(key, "x").state == Presence::unreadable);
    CHECK(host->values(key).state == Presence::unreadable);
    CHECK(host->subkeys(key).state == Presence::unreadable);
    CHECK(host->key_security(key).state == Presence::unreadable);
  }
  CHECK(host->file(R"(C:\Windows\System32\termsrv.dll)").state == Presence::unreadable);
  CHECK(host->folder(R"(C:\Windows)").state == Presence::unreadable);
  CHECK(host->event_log("System").state == Presence::unreadable);
  CHECK(host->listening().state == Presence::unreadable);
}

TEST_CASE("a damaged export gives its values and proves nothing absent") {
  auto host = Files().add("a.reg", export_of(terminal_server_export + "\"cut")).open();
  CHECK(host->value(terminal_server, "fDenyTSConnections").get());
  CHECK(host->value(terminal_server, "Gone").state == Presence::unreadable);
  CHECK(host->values(terminal_server).state == Presence::unreadable);
  CHECK(whys(*host).contains("a.reg: line"));
}

TEST_CASE("a .reg file that Windows did not write gives its values and proves nothing absent") {
  auto host =
      Files()
          .add("fix.reg", bytes_of("REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\A]\r\n\"x\"=dword:1\r\n"))
          .open();
  CHECK(host->value(R"(HKLM\SOFTWARE\A)", "x").get());
  CHECK(host->value(R"(HKLM\SOFTWARE\A)", "y").state == Presence::unreadable);
}

TEST_CASE("a file of changes to make is not the machine") {
  auto host =
      Files()
          .add("fix.reg", export_of("[HKEY_LOCAL_MACHINE\\SOFTWARE\\A]\r\n\"x\"=dword:1\r\n\"y\"=-\r\n"))
          .add("ts.reg", export_of(terminal_server_export))
          .open();
  CHECK(host->value(R"(HKLM\SOFTWARE\A)", "x").state == Presence::unreadable);
  CHECK(whys(*host).contains("fix.reg"));
}

TEST_CASE("two exports that differ leave the value unreadable") {
  auto host =
      Files()
          .add("after.reg", export_of("[HKEY_LOCAL_MACHINE\\A]\r\n\"x\"=dword:1\r\n\"y\"=dword:5\r\n"))
          .add("before.reg", export_of("[HKEY_LOCAL_MACHINE\\A]\r\n\"x\"=dword:2\r\n\"y\"=dword:5\r\n"))
          .open();
  CHECK(host->value(R"(HKLM\A)", "x").state == Presence::unreadable);
  CHECK(as_dword(host->value(R"(HKLM\A)", "y")).value == 5);
}

TEST_CASE("an export names the current control set by its number") {
  auto host = Files()
                  .add("s.reg", export_of("[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet002\\Control\\Lsa]\r\n"
                                          "\"x\"=dword:1\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\r\n"
                                          "\"Current\"=dword:2\r\n"))
                  .open();
  CHECK(host->value(std::string(control) + "\\Lsa", "x").get());
  CHECK(host->value(std::string(control) + "\\Lsa", "y").state == Presence::absent);
  CHECK(host->value(std::string(control) + "\\Other", "y").state == Presence::unreadable);
  CHECK(host->real_key(control) == R"(HKLM\SYSTEM\ControlSet002\Control)");
}

TEST_CASE("saved hives are read by what they hold, whatever their names") {
  test::Machine machine;
  machine.software.key("Policies");
  auto host = Files()
                  .add("save/one.hiv", test::hive_file(machine.system))
                  .add("save/two", test::hive_file(machine.software))
                  .open();
  CHECK(as_dword(host->value(terminal_server, "fDenyTSConnections")).value == 0);
  CHECK(host->value(terminal_server, "Gone").state == Presence::absent);
  CHECK(host->real_key(control) == R"(HKLM\SYSTEM\ControlSet001\Control)");
  CHECK(host->value(R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)", "SystemRoot").get());
  CHECK(host->value(R"(HKLM\SECURITY\Policy)", "").state == Presence::unreadable);
  CHECK(host->hives().size() == 2);
}

TEST_CASE("a hive without Select does not tell what the current control set holds") {
  test::HiveNode system{.name = "ROOT"};
  system.key("Select");
  system.key("ControlSet001\\Control");
  auto host = Files().add("system.hiv", test::hive_file(system)).open();
  CHECK(host->value(terminal_server, "fDenyTSConnections").state == Presence::unreadable);
  CHECK(host->subkeys(control).state == Presence::unreadable);
}

TEST_CASE("a collection that is a volume is opened as an image") {
  test::Machine machine;
  machine.write_hives();
  auto host = open_bundle(std::move(machine.tree));
  REQUIRE(host.has_value());
  CHECK((*host)->kind() == "image");
}

TEST_CASE("event logs are known by the channel that their records name") {
  const auto logs = test::event_logs(nlohmann::json::parse(
      R"([{"channel": "Test/Operational", "provider": "P", "id": 1, "at": "2026-11-20T02:14:05Z"}])"));
  auto host = Files()
                  .add("RDS01_Log.evtx", logs.at("Test/Operational"))
                  .add("Empty%4Admin.evtx", test::evtx_file({}))
                  .open();
  CHECK(host->event_log("test/operational").value.source == "RDS01_Log.evtx");
  CHECK(host->event_log("Empty/Admin").get());
  CHECK(host->event_log("System").state == Presence::unreadable);
}

TEST_CASE("our own listing tells files, access lists, services and ports, and what was looked for") {
  auto host = Files()
                  .add("rdpdoctor-host.json", bytes_of(R"json({
    "schema": "rdpdoctor.bundle/1", "computer": "RDS01", "clock": "2026-11-21T00:00:00Z",
    "files": [{"path": "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\f686_a", "size": 2000,
               "modified": "2026-01-01T00:00:00Z", "sddl": "O:SYG:SYD:(A;;FA;;;SY)", "copy": "files/key"},
              {"path": "C:\\Windows\\a.dll", "copy": "../../etc/passwd"},
              {"path": 7}, {"path": "C:\\Windows\\b.dll", "size": 1, "sddl": "wrong"}],
    "keys": [{"key": "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server", "sddl": "D:(A;;KA;;;SY)"}],
    "services": [{"name": "TermService", "state": "running", "pid": 1234}],
    "listening": [{"protocol": "tcp", "address": "0.0.0.0", "port": 3389, "pid": 1234, "service": "TermService"},
                  {"port": 99999}],
    "unreadable": [{"path": "C:\\ProgramData\\Locked", "why": "access denied"},
                   {"path": "HKLM\\SECURITY", "why": "access denied"},
                   {"path": "HKLM\\SOFTWARE\\A: x", "why": "locked"}],
    "covers": {
  "files" : ["C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys"],
            "channels" : ["Gone"],
                         "keys" : ["HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"]
}
})json"))
                  .add("files/key", bytes_of("key"))
                  .open();
  const std::string file = std::string(machine_keys) + "\\F686_a";
  CHECK(host->file(file).value.size == 2000);
  CHECK(formats::to_sddl(host->file_security(file).value) == "O:SYG:SYD:(A;;FA;;;SY)");
  CHECK(host->open(file).get());
  CHECK(host->file(std::string(machine_keys) + "\\other").state == Presence::absent);
  CHECK(host->folder(machine_keys).value == std::vector<std::string>{"f686_a"});
  CHECK(host->folder(R"(C:\ProgramData)").state == Presence::unreadable);
  CHECK(host->file(R"(C:\Windows\a.dll)").state == Presence::unreadable);  // no size: not an empty file
  CHECK(host->open(R"(C:\Windows\a.dll)").state == Presence::unreadable);
  CHECK(host->file_security(R"(C:\Windows\b.dll)").state == Presence::unreadable);
  CHECK(host->file(R"(%SystemRoot%\b.dll)").get());
  CHECK(host->file(R"(C:\ProgramData\Locked\x)").why == "access denied");
  CHECK(host->value(R"(HKLM\SECURITY\Policy)", "").why == "access denied");
  CHECK(host->value(R"(HKLM\SOFTWARE\A)", "x").why == "locked");
  CHECK(host->key_security(terminal_server).get());
  CHECK(host->value(terminal_server, "fDenyTSConnections").state == Presence::unreadable);
  CHECK(host->value(R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services)", "x").state ==
        Presence::absent);
  CHECK(host->event_log("Gone").state == Presence::absent);
  CHECK(host->running_services().value.at(0).process_id == 1234);
  CHECK(host->listening().value.size() == 1);
  CHECK(to_rfc3339(host->clock().value) == "2026-11-21T00:00:00Z");
}

TEST_CASE("icacls and netstat are read as far as they tell") {
  auto host =
      Files()
          .add("acl.txt", bytes_of(std::string(machine_keys) + "\\f686_a NT AUTHORITY\\SYSTEM:(F)\r\n"))
          .add("netstat.txt", bytes_of("  TCP    0.0.0.0:3389    0.0.0.0:0    LISTENING    1234\r\n"))
          .open();
  const std::string file = std::string(machine_keys) + "\\f686_a";
  CHECK(host->file_security(file).get());
  CHECK(host->file(file).state == Presence::unreadable);  // its size is not known
  CHECK(host->file(std::string(machine_keys) + "\\other").state == Presence::unreadable);
  CHECK(host->listening().value.at(0).port == 3389);
}

TEST_CASE("what holds nothing of a machine is refused, with what was looked for") {
  for (const auto& [name, content] : std::map<std::string, std::string>{{"photo.jpg", "\xFF\xD8"},
                                                                        {"notes.txt", "hello"},
                                                                        {"rdpdoctor-host.json", "[]"},
                                                                        {"x.reg", "REGEDIT"}}) {
    Files files;
    files.add(name, bytes_of(content));
    auto host = open_bundle(std::move(files.tree));
    REQUIRE_FALSE(host.has_value());
    CHECK(to_text(host.error()).contains("registry exports"));
  }
  CHECK_FALSE(open_bundle(std::make_unique<test::TreeInMemory>()).has_value());
}

}  // namespace rdpdoctor::host
