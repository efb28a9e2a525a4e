#include "host/live/owned_values.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "host/registry.h"

namespace rdpdoctor::host {
namespace {

constexpr std::string_view set = "ControlSet001";
using Kind = RegistryEdit::Kind;
const Reading<RegistryValue> nothing = Reading<RegistryValue>::absent();

RegistryValue dword(std::string name, std::uint8_t number) {
  return {std::move(name), reg_dword, {number, 0, 0, 0}};
}
RegistryValue text(std::string name, std::string_view is) {
  Bytes data = utf8_to_utf16le(is);
  data.insert(data.end(), 2, 0);
  return {std::move(name), reg_sz, std::move(data)};
}
template <class T>
T owner(const RegistryEdit& edit, const Reading<RegistryValue>& before = nothing) {
  const Owned is = owned_by(edit, set, before);
  REQUIRE(std::holds_alternative<T>(is));
  return std::get<T>(is);
}
bool is_nobodys(const RegistryEdit& edit, const Reading<RegistryValue>& before = nothing) {
  return std::holds_alternative<std::monostate>(owned_by(edit, set, before));
}

constexpr const char* rules =
    R"(HKLM\SYSTEM\ControlSet001\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules)";
constexpr const char* rule_off =
    "v2.31|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|App=%SystemRoot%\\system32\\svchost.exe|"
    "Svc=termservice|Name=@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756|EmbedCtxt=@FirewallAPI.dll,-"
    "28752|";
constexpr const char* rule_on =
    "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|App=%SystemRoot%\\system32\\svchost.exe|"
    "Svc=termservice|Name=@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756|EmbedCtxt=@FirewallAPI.dll,-"
    "28752|";

}  // namespace

TEST_CASE("a service's start type, account and program are the service manager's") {
  using What = ServiceSetting::What;
  const std::string key = R"(HKLM\SYSTEM\ControlSet001\Services\TermService)";
  CHECK(owner<ServiceSetting>({Kind::set_value, key, dword("start", 3)}) ==
        ServiceSetting{"TermService", What::start, 3, ""});
  CHECK(owner<ServiceSetting>({Kind::set_value, R"(HKLM\SYSTEM\CurrentControlSet\Services\TermService\)",
                               dword("DelayedAutostart", 1)}) ==
        ServiceSetting{"TermService", What::delayed_start, 1, ""});
  CHECK(owner<ServiceSetting>({Kind::delete_value, key, {"DelayedAutostart"}}) ==
        ServiceSetting{"TermService", What::delayed_start, 0, ""});
  CHECK(owner<ServiceSetting>({Kind::set_value, key, text("ObjectName", "NT AUTHORITY\\NetworkService")}) ==
        ServiceSetting{"TermService", What::account, 0, "NT AUTHORITY\\NetworkService"});
  CHECK(owner<ServiceSetting>({Kind::set_value, key, text("ImagePath", "a.exe -k b")}).what == What::program);
}

TEST_CASE("what no service keeps in memory is the registry's alone") {
  const std::string key = R"(HKLM\SYSTEM\ControlSet001\Services\TermService)";
  CHECK(is_nobodys({Kind::set_value, key, dword("Type", 32)}));
  CHECK(is_nobodys({Kind::set_value, key, dword("Start", 5)}));
  CHECK(is_nobodys({Kind::set_value, key, text("Start", "3")}));
  CHECK(is_nobodys({Kind::delete_value, key, {"Start"}}));
  CHECK(is_nobodys({Kind::set_value, key, text("ObjectName", "CONTOSO\\svc")}));  // it has a password
  CHECK(is_nobodys({Kind::set_value, key + "\\Parameters", dword("Start", 3)}));
  CHECK(
      is_nobodys({Kind::set_value, R"(HKLM\SYSTEM\ControlSet002\Services\TermService)", dword("Start", 3)}));
  CHECK(is_nobodys({Kind::delete_key, key, {}}));
}

TEST_CASE("a rule that is only turned on is the firewall's") {
  const auto before = Reading<RegistryValue>::present(text("RemoteDesktop-UserMode-In-TCP", rule_off));
  const auto is =
      owner<FirewallSwitch>({Kind::set_value, rules, text("RemoteDesktop-UserMode-In-TCP", rule_on)}, before);
  CHECK(is.active);
  CHECK(is.rule.protocol == 6);
  const auto same = Reading<RegistryValue>::present(text("x", rule_on));
  CHECK(is_nobodys({Kind::set_value, rules, text("x", rule_on)}, same));
  CHECK(is_nobodys({Kind::set_value, rules, text("x", rule_on)}));  // a new one
  const std::string other = std::string(rule_on) + "RA4=10.0.0.1|";
  CHECK(is_nobodys({Kind::set_value, rules, text("x", other)}, before));
  CHECK(is_nobodys({Kind::delete_value, rules, {"x"}}, before));
}

TEST_CASE("an event channel turned on or off is the event log's") {
  const std::string key =
      R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\Microsoft-Windows-X/Operational)";
  const auto is = owner<ChannelSwitch>({Kind::set_value, key, dword("Enabled", 1)});
  CHECK(is.channel == "Microsoft-Windows-X/Operational");
  CHECK(is.on);
  CHECK(is_nobodys({Kind::set_value, key, dword("Isolation", 1)}));
  CHECK(is_nobodys({Kind::delete_value, key, {"Enabled"}}));
}

TEST_CASE("whose keys these may be is told by the key alone") {
  CHECK(may_be_owned(R"(HKLM\SYSTEM\CurrentControlSet\Services\TermService)", set));
  CHECK(may_be_owned(rules, set));
  CHECK_FALSE(may_be_owned(R"(HKLM\SYSTEM\ControlSet001\Control\Terminal Server)", set));
  CHECK_FALSE(may_be_owned(R"(HKLM\SYSTEM\ControlSet001\Services\TermService\Parameters)", set));
  CHECK_FALSE(may_be_owned(R"(HKLM\SYSTEM\ControlSet001\Services\TermService)", ""));
  CHECK(may_be_owned(R"(HKLM\SYSTEM\CurrentControlSet\Services\TermService)", "CurrentControlSet"));
  CHECK_FALSE(may_be_owned(R"(HKLM\SYSTEM\ControlSet001\Services\TermService)", "CurrentControlSet"));
}

TEST_CASE("a rule of the firewall is known by its title, protocol, direction, ports, profiles and service") {
  const auto rule = formats::decode_firewall_rule(rule_on);
  REQUIRE(rule);
  const std::string title = "Remotedesktop – Benutzermodus (TCP eingehend)";
  const ListedRule listed{title, 6, true, "3389", 0x7FFFFFFF, "TermService", false};
  CHECK(is_same_rule(*rule, title, listed));
  auto differs = [&](auto change) {
    ListedRule other = listed;
    change(other);
    return !is_same_rule(*rule, title, other);
  };
  CHECK(differs([](ListedRule& r) { r.title = "Remotedesktop"; }));
  CHECK(differs([](ListedRule& r) { r.protocol = 17; }));
  CHECK(differs([](ListedRule& r) { r.is_in = false; }));
  CHECK(differs([](ListedRule& r) { r.ports = "3390"; }));
  CHECK(differs([](ListedRule& r) { r.profiles = 1; }));
  CHECK(differs([](ListedRule& r) { r.service = ""; }));
  auto ranges =
      formats::decode_firewall_rule("v2.31|Action=Allow|Dir=In|Protocol=6|LPort=80|LPort2_10=5000-5010|");
  REQUIRE(ranges);
  CHECK(is_same_rule(*ranges, "", {"", 6, true, "5000-5010, 80", 7, "", false}));
}

}  // namespace rdpdoctor::host
