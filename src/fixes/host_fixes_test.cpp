// Plans of the fixes of the host's services and listener on the machines of tests/hosts: what they change,
// and when they refuse. That the cause is gone afterwards is tested end to end.
#include <doctest/doctest.h>

#include "fixes/engine/listener_keys.h"
#include "support/fix_machine.h"

namespace rdpdoctor::fixes {
namespace {

using namespace test;

const std::string tcp_listener = R"(…\Control\Terminal Server\WinStations\RDP-Tcp: )",
                  listener_key = std::string(rdp_tcp), services = R"(…\Services\)";

}  // namespace

TEST_CASE("a healthy machine is as every fix of the host's settings would make it") {
  for (const char* id :
       {"start-services", "restore-service-library", "enable-listener", "restore-listener-port",
        "restore-listener-defaults", "lift-instance-limit", "allow-logons", "open-firewall-port",
        "allow-mstsc-through-firewall", "repair-profile-list", "clear-certificate-binding",
        "restore-certificate-store", "restart-remote-desktop-services"}) {
    Machine m = healthy();
    const Plan plan = m.plan(id);
    INFO(id, ": ", plan.why);
    CHECK(plan.state == Plan::State::already);
    CHECK(told(plan).empty());
  }
}

TEST_CASE("services that are disabled get the start that Windows gives them, others are left alone") {
  check_plan(machine("service-stopped/present-disabled").plan("start-services"),
             {services + "TermService: Start = REG_DWORD 3"});
  check_plan(machine("service-stopped/present-dependency").plan("start-services"),
             {services + "RpcSs: Start = REG_DWORD 2"});
  check_plan(machine("service-stopped/present-dhcp").plan("start-services"),
             {services + "Dhcp: Start = REG_DWORD 2"});
  check_plan(machine("service-stopped/present-driver").plan("start-services"),
             {services + "TermDD: Start = REG_DWORD 1"});
  check_plan(machine("service-stopped/present-netlogon").plan("start-services"),
             {services + "Netlogon: Start = REG_DWORD 2"});
  check_plan(machine("service-stopped/present-account").plan("start-services"),
             {services + R"(TermService: ObjectName = REG_SZ "NT Authority\NetworkService")"});
  check_plan(
      machine("service-stopped/present-image").plan("start-services"),
      {services +
       R"(TermService: ImagePath = REG_EXPAND_SZ "%SystemRoot%\System32\svchost.exe -k NetworkService")"});
  check_plan(
      with({{current + R"(Services\TermService)", {{"Start", {{"dword", 2}}}}}}).plan("start-services"), {});
}

TEST_CASE("a service's start that can't be read refuses the plan") {
  for (const char* value : {"TermService: Start", "RpcSs: Start", "TermService: ObjectName"})
    check_refused(unreadable(current + R"(Services\)" + value).plan("start-services"), "can't be read");
}

TEST_CASE("a service that nobody wants, or that is gone, is not made up") {
  check_plan(with({{current + R"(Services\Tcpip\Parameters)", {{"Domain", {{"sz", ""}}}}},
                   {current + R"(Services\Netlogon)", {{"Start", {{"dword", 4}}}}}})
                 .plan("start-services"),
             {});
  check_refused(machine("service-stopped/present-gone").plan("start-services"), "gone as a whole");
}

TEST_CASE("on a machine that runs the service is started; a script tells the service manager first") {
  Machine m = machine("service-stopped/present-disabled");
  m.writer.set_running(true);
  check_plan(m.plan("start-services"),
             {services + "TermService: Start = REG_DWORD 3", "TermService = started"});
  check_plan(
      m.plan("start-services", {}, true),
      {services + "TermService: Start = REG_DWORD 3",
       "sc.exe config TermService start= demand = run; undo: sc.exe config TermService start= disabled",
       "TermService = started"});
  Machine stopped = machine("service-stopped/present-not-running");
  stopped.writer.set_running(true);
  check_plan(stopped.plan("start-services"), {"TermService = started"});
  json both = test::json_of(hosts / "service-stopped" / "present-not-running.json");
  both["registry"][current + R"(Services\TermService)"] = {{"Start", {{"dword", 4}}}};
  Machine disabled(both);
  disabled.writer.set_running(true);
  CHECK(told(disabled.plan("start-services")).size() == 2);
}

TEST_CASE("the services are restarted where they run, in their order; a disk has nothing to restart") {
  Machine m = healthy();
  m.writer.set_running(true);
  check_plan(m.plan("restart-remote-desktop-services"),
             {"SessionEnv = restarted", "TermService = restarted", "UmRdpService = started"});
  CHECK(has_note(healthy().plan("restart-remote-desktop-services"), "when it boots"));
  Machine without = machine("service-stopped/present-redirection");
  without.writer.set_running(true);
  const Plan plan = without.plan("restart-remote-desktop-services");
  check_plan(plan, {"SessionEnv = restarted", "TermService = restarted"});
  CHECK(has_note(plan, "UmRdpService is disabled"));
}

TEST_CASE("TermService gets Windows' own library where that is there") {
  const Lines own = {services + R"(TermService\Parameters: ServiceDll = REG_EXPAND_SZ )"
                                R"("%SystemRoot%\System32\termsrv.dll")"};
  for (const char* file : {"present-no-value", "present-rdp-wrapper", "present-rdp-wrapper-gone"})
    check_plan(machine(std::string("service-library-replaced/") + file).plan("restore-service-library"), own);
  check_refused(machine("service-library-replaced/present-missing").plan("restore-service-library"), "sfc");
  check_plan(
      machine("service-library-replaced/present-not-granted").plan("restore-service-library"),
      {R"(C:\Windows\System32\termsrv.dll = O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;NS))"});
  check_plan(machine("service-library-replaced/present-denied").plan("restore-service-library"),
             {R"(C:\Windows\System32\termsrv.dll = )"
              "O:BAG:SYD:(A;;0x1200a9;;;BU)(A;;FA;;;SY)"});
}

TEST_CASE("what a group is denied is not taken away for TermService's sake") {
  json file = {{"size", 4096}, {"sddl", "O:BAG:SYD:(D;;0x1200a9;;;BU)(A;;FA;;;SY)"}};
  Machine m(json{{"files", {{R"(C:\Windows\System32\termsrv.dll)", file}}}, {"expect", json::array()}});
  check_refused(m.plan("restore-service-library"), "Users");
}

TEST_CASE("the listener is switched on, and not made where it is gone") {
  check_plan(machine("listener-disabled/present").plan("enable-listener"),
             {tcp_listener + "fEnableWinStation = REG_DWORD 1"});
  for (const char* id : {"enable-listener", "restore-listener-defaults", "restore-listener-port"})
    check_refused(machine("listener-disabled/present-gone").plan(id), "is gone");
  check_refused(unreadable(listener_key + ": fEnableWinStation").plan("enable-listener"), "can't be read");
}

TEST_CASE("the listener gets the usual port, or the one that is asked for") {
  for (const char* file : {"present", "present-zero", "present-too-high"})
    check_plan(machine(std::string("listener-port-changed/") + file).plan("restore-listener-port"),
               {tcp_listener + "PortNumber = REG_DWORD 3389"});
  Options other;
  other.port = 3390;
  check_plan(healthy().plan("restore-listener-port", other), {tcp_listener + "PortNumber = REG_DWORD 3390"});
  check_plan(machine("listener-port-changed/present").plan("restore-listener-port", other), {});
}

TEST_CASE("what keeps clients out of the listener goes back to Windows' own") {
  const auto defaults = [](const std::string& file) {
    return machine(file).plan("restore-listener-defaults");
  };
  for (const char* file : {"present", "present-no-such-number"})
    check_plan(defaults(std::string("listener-adapter-missing/") + file),
               {tcp_listener + "LanAdapter = REG_DWORD 0"});
  for (const char* file : {"present-left-behind", "present-library-gone"})
    check_plan(
        defaults(std::string("listener-foreign-protocol/") + file),
        {tcp_listener + R"(LoadableProtocol_Object = REG_SZ "{5828227c-20cf-4408-b73f-73ab70b8849f}")"});
  check_refused(defaults("listener-foreign-protocol/present-own-missing"), "rdpcorets.dll");
  check_plan(defaults("security-layer-weak/present"), {tcp_listener + "SecurityLayer = REG_DWORD 2"});
  check_plan(
      defaults("security-layer-weak/present-low"),
      {tcp_listener + "SecurityLayer = REG_DWORD 2", tcp_listener + "MinEncryptionLevel = REG_DWORD 2"});
  check_refused(defaults("security-layer-weak/present-by-policy"), "a policy sets");
}

TEST_CASE("another product's protocol and an adapter that are there stay") {
  const Plan in_use = machine("listener-foreign-protocol/present-in-use").plan("restore-listener-defaults");
  check_plan(in_use, {});
  CHECK(has_note(in_use, "left alone"));
  const json adapter = {
      {listener_key, {{"LanAdapter", {{"dword", 1}}}}},
      {current + R"(Control\Terminal Server\lanatable\{1F3D5A7C-2B4E-4C6D-8E9F-0A1B2C3D4E5F})",
       {{"LanaId", {{"dword", 1}}}}},
      {current + R"(Services\Tcpip\Parameters\Interfaces\{1F3D5A7C-2B4E-4C6D-8E9F-0A1B2C3D4E5F})",
       json::object()}};
  check_plan(with(adapter).plan("restore-listener-defaults"), {});
}

TEST_CASE("limits of connections are lifted, and a policy's are reported") {
  check_plan(machine("instance-limit-zero/present").plan("lift-instance-limit"),
             {tcp_listener + "MaxInstanceCount = REG_DWORD 4294967295"});
  check_refused(machine("instance-limit-zero/present-by-policy").plan("lift-instance-limit"),
                "a policy sets");
  check_plan(machine("outstanding-connections-low/present").plan("raise-outstanding-connections"),
             {R"(…\Control\Terminal Server: MaxOutstandingConnections = REG_DWORD 65536)"});
  check_refused(unreadable(listener_key + ": MaxInstanceCount").plan("lift-instance-limit"), "can't be read");
}

TEST_CASE("logons are allowed where something keeps them out") {
  for (const char* file : {"drain-mode/present", "drain-mode/present-until-restart"})
    check_plan(machine(file).plan("allow-logons"),
               {R"(…\Control\Terminal Server: TSServerDrainMode = REG_DWORD 0)"});
  check_plan(machine("logons-disabled/present-listener").plan("allow-logons"),
             {tcp_listener + "fLogonDisabled = REG_DWORD 0"});
  check_plan(
      machine("logons-disabled/present").plan("allow-logons"),
      {R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon: WinStationsDisabled = REG_SZ "0")"});
}

TEST_CASE("what only looks like a fault is not changed, and what can't be read isn't either") {
  // A value that is missing is Windows' own again, though what the service does without it is not known.
  const std::set<std::string> mended = {"listener-disabled/absent", "listener-foreign-protocol/absent"};
  const std::pair<const char*, const char*> treats[] = {
      {"service-stopped", "start-services"},
      {"service-library-replaced", "restore-service-library"},
      {"listener-disabled", "enable-listener"},
      {"listener-foreign-protocol", "restore-listener-defaults"},
      {"listener-adapter-missing", "restore-listener-defaults"},
      {"security-layer-weak", "restore-listener-defaults"},
      {"drain-mode", "allow-logons"},
      {"logons-disabled", "allow-logons"},
      {"firewall-rule-missing", "open-firewall-port"},
      {"profile-list-backup", "repair-profile-list"},
      {"certificate-binding-dangling", "clear-certificate-binding"},
      {"self-signed-store-missing", "restore-certificate-store"}};
  for (const auto& [cause, fix] : treats) {
    for (const fs::path& path : test::json_files(hosts / cause)) {
      const std::string kind = path.stem().string();
      const std::string name = std::string(cause) + "/" + kind;
      if (kind.starts_with("present") || mended.contains(name)) continue;
      const Plan plan = machine(name).plan(fix);
      INFO(name, ": ", join(told(plan), "; "), " ", plan.why);
      CHECK(plan.state != Plan::State::planned);
      CHECK((!kind.starts_with("unreadable") || plan.state == Plan::State::refused));
    }
  }
}

TEST_CASE("without a machine at hand each fix that can be is planned for a script") {
  const evidence::CaseFile nothing;
  for (const char* id :
       {"start-services", "restart-remote-desktop-services", "restore-service-library", "enable-listener",
        "restore-listener-port", "restore-listener-defaults", "lift-instance-limit",
        "raise-outstanding-connections", "allow-logons", "open-firewall-port", "allow-mstsc-through-firewall",
        "clear-certificate-binding", "restore-certificate-store"}) {
    const Plan plan = fixes::plan(*find_fix(id), {nullptr, nullptr, &nothing, {}});
    INFO(id, ": ", plan.why);
    CHECK(plan.state == Plan::State::planned);
    CHECK(!plan.changes.empty());
    CHECK(std::ranges::none_of(plan.changes, &Change::before_known));
  }
  check_refused(fixes::plan(*find_fix("repair-profile-list"), {nullptr, nullptr, &nothing, {}}), "--image");
}

}  // namespace rdpdoctor::fixes
