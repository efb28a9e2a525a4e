// Plans of the fixes of the firewall, profiles and certificate stores on the machines of tests/hosts.
#include <doctest/doctest.h>

#include "fixes/engine/listener_keys.h"
#include "support/fix_machine.h"

namespace rdpdoctor::fixes {
namespace {

using namespace test;

const std::string
    tcp_listener = R"(…\Control\Terminal Server\WinStations\RDP-Tcp: )",
    listener_key = std::string(rdp_tcp),
    rules_key =
        R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules)";

// The rules that a plan writes, whole.
std::map<std::string, std::string> rules_of(const Plan& plan) {
  std::map<std::string, std::string> out;
  for (const Change& change : plan.changes)
    if (const auto* value = std::get_if<SetValue>(&change.what); value && value->key == rules_key)
      out[value->name] =
          host::as_text(Reading<host::RegistryValue>::present({"", value->after->type, value->after->data}))
              .value;
  return out;
}

}  // namespace

TEST_CASE("Windows' own firewall rules are switched on, all else in them as it was") {
  const Plan off = machine("firewall-rule-missing/present-rules-off").plan("open-firewall-port");
  const auto written = rules_of(off);
  REQUIRE(written.size() == 2);
  CHECK(written.at("RemoteDesktop-UserMode-In-TCP") ==
        R"(v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|App=%SystemRoot%\system32\svchost.exe)"
        "|Svc=termservice|Name=@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756|"
        "EmbedCtxt=@FirewallAPI.dll,-28752|");
  CHECK(rules_of(machine("firewall-rule-missing/present-no-udp").plan("open-firewall-port")).size() == 1);
}

TEST_CASE("where there is none for the port, a rule of its own is added, in the profiles that need it") {
  const auto none = rules_of(machine("firewall-rule-missing/present-no-rule").plan("open-firewall-port"));
  REQUIRE(none.size() == 2);
  CHECK(
      none.at("RemoteDesktop-rdpdoctor-In-UDP") ==
      R"(v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=3389|App=%SystemRoot%\system32\svchost.exe)"
      "|Svc=termservice|Name=Remote Desktop, UDP 3389 (rdpdoctor)|");
  const auto some =
      rules_of(machine("firewall-rule-missing/present-public-network").plan("open-firewall-port"));
  REQUIRE(some.contains("RemoteDesktop-rdpdoctor-In-TCP"));
  CHECK(some.at("RemoteDesktop-rdpdoctor-In-TCP").contains("|Protocol=6|Profile=Public|LPort=3389|"));
  const auto moved =
      rules_of(with({{listener_key, {{"PortNumber", {{"dword", 3390}}}}}}).plan("open-firewall-port"));
  REQUIRE(moved.size() == 2);
  CHECK(moved.at("RemoteDesktop-rdpdoctor-In-TCP").contains("|LPort=3390|"));
  CHECK(rules_of(machine("listener-port-changed/present").plan("open-firewall-port")).empty());
}

TEST_CASE("rules of others and of policies are named, never changed") {
  const auto open = [](const std::string& file, const Options& options = {}) {
    return machine("firewall-rule-missing/" + file).plan("open-firewall-port", options);
  };
  check_refused(open("present-blocked"), "{6E1A0B7C-2B61-4C5A-8C51-6D2C4E0D9A11}");
  check_refused(open("present-limited"), "admits only some");
  check_refused(open("present-policy-only"), "AllowLocalPolicyMerge");
  check_refused(open("present-shields-up"), "DoNotAllowExceptions");
  check_refused(unreadable(rules_key).plan("open-firewall-port"), "can't be read");
  Options risk;
  risk.accept_risk = true;
  CHECK(told(open("present-shields-up", risk)).size() == 3);
  CHECK(rules_of(open("present-limited", risk)).size() == 2);
}

TEST_CASE("on the client, rules that block mstsc.exe are switched off, and others named") {
  const auto client = [](const std::string& name, const std::string& rule) {
    return with({{rules_key, {{name, {{"sz", rule}}}}}}).plan("allow-mstsc-through-firewall");
  };
  const std::string tail = R"(|Dir=Out|App=C:\Windows\System32\MSTSC.EXE|Name=no desktop|)";
  const auto blocked = rules_of(client("{1}", "v2.31|Action=Block|Active=TRUE" + tail));
  CHECK(blocked == std::map<std::string, std::string>{{"{1}", "v2.31|Action=Block|Active=FALSE" + tail}});
  const Plan port = client("{2}", "v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=3389|Name=x|");
  check_plan(port, {});
  CHECK(has_note(port, "RPort=3389"));
  const std::string profile =
      R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile)";
  const auto closed = rules_of(
      with({{profile, {{"DefaultOutboundAction", {{"dword", 1}}}}}}).plan("allow-mstsc-through-firewall"));
  CHECK(closed.size() == 2);
  const std::string by_policy = R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\FirewallRules)";
  check_refused(with({{by_policy, {{"{3}", {{"sz", "v2.31|Action=Block|Active=TRUE" + tail}}}}}})
                    .plan("allow-mstsc-through-firewall"),
                "a policy sets");
}

TEST_CASE("a profile that was moved aside is put back, with its State cleared") {
  const std::string sid =
      R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-21-3623811015-3361044348-30300820-1104)";
  for (const char* file : {"present", "present-alone"}) {
    const Plan plan = machine(std::string("profile-list-backup/") + file).plan("repair-profile-list");
    check_plan(plan, {sid + " = 1 key, 3 values", sid + ".bak = not there"});
  }
  Options other;
  other.user = "S-1-5-21-3623811015-3361044348-30300820-500";
  check_plan(machine("profile-list-backup/present").plan("repair-profile-list", other), {});
}

TEST_CASE("a profile whose folder or registry is amiss is not put back") {
  json over = test::json_of(hosts / "profile-list-backup" / "present.json");
  over["files"][R"(C:\Users\anna\NTUSER.DAT)"] = {{"text", "this is no hive"}};
  check_refused(Machine(over).plan("repair-profile-list"), "no registry hive");
  over["files"] = {{R"(C:\Users\anna)", nullptr}};
  check_refused(Machine(over).plan("repair-profile-list"), "is not there");
  check_refused(machine("profile-hive-damaged/present-all").plan("repair-profile-list"), "from a backup");
  check_refused(machine("profile-list-backup/unreadable").plan("repair-profile-list"), "can't be read");
}

TEST_CASE("a user who is logged on keeps the profile that is loaded") {
  json over = test::json_of(hosts / "profile-list-backup" / "present.json");
  over["registry"][R"(HKU\S-1-5-21-3623811015-3361044348-30300820-1104)"] = json::object();
  Machine m(over);
  m.writer.set_running(true);
  check_refused(m.plan("repair-profile-list"), "logged on");
}

TEST_CASE("a binding to a certificate that can't be used is cleared, one that is in order is not") {
  for (const char* file : {"present", "present-expired", "present-not-yet-valid", "present-without-key",
                           "present-wrong-length"}) {
    Machine m = machine(std::string("certificate-binding-dangling/") + file);
    m.writer.machine().set_clock(Reading<Instant>::present(from_rfc3339(test::default_now).value()));
    check_plan(m.plan("clear-certificate-binding"), {tcp_listener + "SSLCertificateSHA1Hash = not there"});
  }
  for (const char* file : {"absent", "near-miss-remote-desktop-usage", "near-miss-store-of-policy"})
    check_refused(
        machine(std::string("certificate-binding-dangling/") + file).plan("clear-certificate-binding"),
        "--accept-risk");
  Options risk;
  risk.accept_risk = true;
  check_plan(machine("certificate-binding-dangling/absent").plan("clear-certificate-binding", risk),
             {tcp_listener + "SSLCertificateSHA1Hash = not there"});
  check_refused(unreadable(listener_key + ": SSLCertificateSHA1Hash").plan("clear-certificate-binding"),
                "can't be read");
}

TEST_CASE("the store of Windows' own certificate gets its name and SYSTEM its access back") {
  const Lines named = {
      R"(…\Control\Terminal Server\WinStations: SelfSignedCertStore = REG_SZ "Remote Desktop")"};
  for (const char* file : {"present-no-name", "present-other-name"})
    check_plan(machine(std::string("self-signed-store-missing/") + file).plan("restore-certificate-store"),
               named);
  const std::string store = R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\Remote Desktop)",
                    list = " = O:SYG:SYD:AI(A;CIID;KA;;;SY)(A;CIID;KA;;;BA)";
  const Plan shut = machine("self-signed-store-missing/present").plan("restore-certificate-store");
  check_plan(shut, {store + list, store + R"(\Certificates)" + list});
  CHECK(shut.needs_running);
  check_refused(unreadable(std::string(stations) + ": SelfSignedCertStore").plan("restore-certificate-store"),
                "can't be read");
}

}  // namespace rdpdoctor::fixes
