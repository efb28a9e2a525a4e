// A machine in memory and one change of each type to it, for the tests of the change engine.
#pragma once

#include <doctest/doctest.h>

#include "fixes/engine/engine.h"
#include "fixes/engine/fix.h"
#include "host/memory/memory_writer.h"
#include "host/registry.h"
#include "support/fingerprint.h"

namespace rdpdoctor::fixes::engine_case {

using host::Killed;
using host::MemoryHost;
using host::MemoryWriter;

inline constexpr Instant now{1'795'000'000'000};
inline const std::string control = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)";
inline const std::string real_control = R"(HKLM\SYSTEM\ControlSet001\Control\Terminal Server)";
inline const std::string software = R"(HKLM\SOFTWARE\Acme)";
inline const std::string key_file = R"(C:\ProgramData\Keys\f686)";
inline const std::string library = R"(C:\Windows\System32\termsrv.dll)";
inline constexpr Fix fix{.id = "a-fix"};

inline Bytes descriptor(std::string_view sddl) {
  auto decoded = formats::from_sddl(sddl);
  REQUIRE(decoded.has_value());
  return formats::encode_security_descriptor(*decoded);
}

inline void set(MemoryHost& host, const std::string& key, const std::string& name, const Stored& is) {
  host.set(key, {name, is.type, is.data});
}

inline std::unique_ptr<MemoryHost> machine() {
  auto host = std::make_unique<MemoryHost>("test");
  set(*host, R"(HKLM\SYSTEM\Select)", "Current", dword(1));
  set(*host, R"(HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName)", "ComputerName",
      text("RDS01"));
  set(*host, R"(HKLM\SOFTWARE\Microsoft\Cryptography)", "MachineGuid", text("6f1d"));
  set(*host, control, "fDenyTSConnections", dword(1));
  set(*host, control, "Kept", text("as it is"));
  set(*host, software + R"(\Old)", "A", dword(7));
  set(*host, software + R"(\Old\Below)", "", text("default"));
  host->set_key_security(software + R"(\Old\Below)", formats::from_sddl("O:SYG:SYD:(A;;KA;;;NS)").value());
  host::MemoryFile file;
  file.content = {1, 2, 3};
  file.info.size = 3;
  file.security = decltype(file.security)::present(formats::from_sddl("O:SYG:SYD:(A;;FA;;;SY)").value());
  host->add_file(key_file, file);
  host->add_file(library, file);
  return host;
}

// One change of each type that a disk can have; with those of a running machine at the end.
inline std::vector<Change> changes(bool running) {
  KeyTree old;
  old.keys[""] = {{"A", dword(7)}};
  old.keys["Below"] = {{"", text("default")}};
  KeyTree made;
  made.keys["X\\Y"] = {{"Z", text("z")}};
  std::vector<Change> out{
      {"", true, SetValue{control, "fDenyTSConnections", dword(1), dword(0)}},
      {"", true, SetValue{R"(HKLM\SOFTWARE\Policies\New\Deep)", "B", std::nullopt, dword(2)}},
      {"", true, SetKey{software + R"(\Old)", old, std::nullopt}},
      {"", true, SetKey{software + R"(\Made)", std::nullopt, made}},
      {"", true,
       SetAccess{key_file, false, descriptor("O:SYG:SYD:(A;;FA;;;SY)"),
                 descriptor("O:SYG:SYD:(A;;FA;;;SY)(A;;FR;;;NS)")}},
      {"", true, SetAside{library, 3}},
  };
  if (!running) return out;
  out.push_back({"", true, ControlService{"TermService", host::ServiceAction::restart}});
  out.push_back({"", true, RunCommand{{"netsh", "do"}, {"netsh", "undo"}, ""}});
  return out;
}

inline std::vector<Plan> plans_of(std::vector<Change> changes) {
  std::vector<Plan> out(1);
  out[0].fix = &fix;
  out[0].changes = std::move(changes);
  return out;
}

inline const RunNames names{"run-1", now, "0.1.0"};

struct Case {
  explicit Case(bool running = true) : writer(machine()), before(test::fingerprint(writer.machine())) {
    writer.set_running(running);
  }
  Outcome apply_all() { return apply(writer, plans_of(changes(writer.is_running())), names); }
  [[nodiscard]] std::string changed() {
    return test::difference(before, test::fingerprint(writer.machine()));
  }
  [[nodiscard]] Outcome take_back(UndoOptions options = {}) { return undo(writer, options, now); }
  MemoryWriter writer;
  std::string before;
};

inline std::string problem_of(const Outcome& o) {
  return o.error ? to_text(*o.error) : "none";
}

}  // namespace rdpdoctor::fixes::engine_case
