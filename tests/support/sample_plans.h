// Plans made by hand for the tests of what is emitted: every type of change, and names as bad as they can be.
#pragma once

#include "fixes/emit/script.h"
#include "formats/security_descriptor.h"

namespace rdpdoctor::test {

using namespace fixes;  // NOLINT(google-build-using-namespace): the plans are full of its names

inline Bytes descriptor(std::string_view sddl) {
  const auto decoded = formats::from_sddl(sddl);
  return decoded ? formats::encode_security_descriptor(*decoded) : Bytes{};
}

// What a name on a hostile machine might try: to leave quotes of PowerShell, cmd.exe and .reg files.
inline const std::string hostile =
    "a';Remove-Item C:\\;'\xE2\x80\x99;exit\xE2\x80\x98\xE2\x80\x9A\xE2\x80\x9B "
    "$(exit) `\"%PATH%\"&|^[x]=\\ \xF0\x9F\x94\x92";

inline const Fix& sample_fix() {
  static const Fix fix = {
      .id = "repair-everything",
      .title = "All that can be changed is changed.",
      .interrupts = "ends all sessions of this host, yours too",
      .takes_effect = "for the next connection",
      .verified_by = "nothing is found any more",
  };
  return fix;
}
inline const Fix& weakening_fix() {
  static const Fix fix = {
      .id = "nla-off-for-a-while",
      .title = "Network Level Authentication is off for a while.",
      .takes_effect = "for the next connection",
      .verified_by = "the connection works",
      .weakens = true,
  };
  return fix;
}

inline KeyTree tree(std::map<std::string, std::vector<KeyTree::Value>> keys) {
  return KeyTree{.keys = std::move(keys)};
}

inline std::vector<Change> registry_changes() {
  const std::string listener = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp)";
  const std::string own = R"(HKLM\SOFTWARE\rdpdoctor test)";
  return {
      {.says = "the listener's port is 3389",
       .what = SetValue{listener, "PortNumber", dword(3390), dword(3389)}},
      {.says = "the listener has no certificate of its own",
       .what = SetValue{listener, "SSLCertificateSHA1Hash", Stored{3, Bytes(20, 0xAB)}, std::nullopt}},
      {.says = "a value that was not there", .what = SetValue{own, "New", std::nullopt, text("it's new")}},
      {.says = "a text with quotes and backslashes",
       .what = SetValue{own, "Text", text(R"(C:\old "x")"), text(R"(C:\new\ "y" %PATH%)")}},
      {.says = "a text with letters",
       .what = SetValue{own, "Letters", text("alt"), text("gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x92")}},
      {.says = "a list", .what = SetValue{own, "List", texts({"one"}), texts({"one", "two words"})}},
      {.says = "a text that is expanded",
       .what = SetValue{own, "Expand", text("%SystemRoot%\\a", 2), text("%SystemRoot%\\b", 2)}},
      {.says = "a long one",
       .what = SetValue{own, "Long", Stored{3, Bytes(3, 1)}, Stored{3, Bytes(70, 0x5A)}}},
      {.says = "of no type", .what = SetValue{own, "None", Stored{0, {}}, Stored{0, {1, 2, 3}}}},
      {.says = "the default value", .what = SetValue{own, "", text("before"), text("after")}},
      {.says = "a key is removed",
       .what = SetKey{own + R"(\Gone)",
                      tree({{"", {{"One", dword(1)}}}, {R"(Below)", {{"Two", text("two")}}}}), std::nullopt}},
      {.says = "a key is made",
       .what = SetKey{own + R"(\Made)", std::nullopt, tree({{"", {{"Is", dword(7)}}}})}},
      {.says = "a key is changed",
       .what = SetKey{own + R"(\Kept)", tree({{"", {{"A", dword(1)}, {"B", dword(2)}}}, {"Old", {}}}),
                      tree({{"", {{"A", dword(1)}, {"B", dword(3)}}}, {"Young", {}}})}},
  };
}

inline std::vector<Change> hostile_changes() {
  const std::string key = R"(HKLM\SOFTWARE\rdpdoctor test\)"
                          "it's ] [-x] $(exit) & \xE2\x80\x99";
  return {
      {.says = hostile, .what = SetValue{key, hostile, text("before '"), text(hostile)}},
      {.says = "a line\r\nExit; of two", .what = SetValue{key, "two\r\nlines", std::nullopt, text("a\r\nb")}},
  };
}

inline std::vector<Change> other_changes() {
  const std::string before = "D:PAI(A;;FA;;;SY)(A;;FA;;;BA)",
                    after = "D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x120089;;;NS)";
  return {
      {.says = "NETWORK SERVICE can read the key file",
       .what = SetAccess{R"(C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\f686_1234)", false,
                         descriptor(before), descriptor(after)}},
      {.says = "NETWORK SERVICE can read the key",
       .what = SetAccess{R"(HKLM\SOFTWARE\Key)", true, descriptor(before), descriptor(after)}},
      {.says = "the key file is set aside",
       .what = SetAside{R"(C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\f686_1234)", 2291}},
      {.says = "Remote Desktop Services starts again",
       .what = ControlService{"TermService", host::ServiceAction::restart}},
      {.says = "Winsock is reset",
       .what = RunCommand{{"netsh", "winsock", "reset"}, {}, "providers that other programs added"}},
      {.says = "the MTU is 1400",
       .what = RunCommand{{"netsh", "interface", "ipv4", "set", "subinterface", "LAN 1", "mtu=1400"},
                          {"netsh", "interface", "ipv4", "set", "subinterface", "LAN 1", "mtu=1500"},
                          ""}},
  };
}

inline std::vector<Change> unread_changes() {
  return {
      {.says = "Remote Desktop is on",
       .before_known = false,
       .what = SetValue{R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)", "fDenyTSConnections",
                        std::nullopt, dword(0)}},
      {.says = "NETWORK SERVICE can read the key file",
       .before_known = false,
       .what =
           SetAccess{R"(%ProgramData%\Microsoft\Crypto\RSA\MachineKeys\f686_%MachineGuid%)", false, {}, {}}},
  };
}

inline Script script_of(std::vector<Change> changes, const Fix& fix = sample_fix()) {
  Script script;
  script.machine = "SRV-FIN-02";
  script.program = "0.1.0";
  script.plans.push_back({.fix = &fix, .changes = std::move(changes)});
  return script;
}

}  // namespace rdpdoctor::test
