#include "fixes/engine/firewall_rules.h"

#include <doctest/doctest.h>

#include "fixes/engine/last_network.h"
#include "fixes/engine/service_table.h"
#include "host/memory/memory_host.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view rule = "v2.30|Action=Allow|Active=FALSE|Dir=In|LPort=3389|Name=active=FALSE|";

void add_network(host::MemoryHost& host, const std::string& id, std::uint32_t category, Bytes last) {
  const std::string key = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles\)" + id;
  const Stored number = dword(category);
  host.set(key, {"Category", number.type, number.data});
  host.set(key, {"DateLastConnected", host::reg_binary, std::move(last)});
}

}  // namespace

TEST_CASE("a rule is switched by its own field alone, and one without the field gets it") {
  CHECK(switched(rule, true) == "v2.30|Action=Allow|Active=TRUE|Dir=In|LPort=3389|Name=active=FALSE|");
  CHECK(switched(switched(rule, true), false) == rule);
  const std::string without = "v2.30|Action=Allow|Dir=In|";
  CHECK(formats::decode_firewall_rule(switched(without, true))->active);
  CHECK(formats::decode_firewall_rule(switched(without, true))->direction == "in");
}

TEST_CASE("new rules have the version of the machine's own") {
  std::vector<RuleThere> rules(2);
  rules[0].rule.version = "2.10";  // a policy's
  rules[1] = {.rule = {.version = "2.33"}, .local = true};
  CHECK(version_of(rules) == "v2.33");
  CHECK(version_of({}) == "v2.31");
}

TEST_CASE("the profile is that of the network which was connected last") {
  host::MemoryHost host("networks");
  // 2026-11-20 (a Friday) and 2026-11-18; one without a date.
  add_network(host, "{1}", 1, {0xea, 7, 11, 0, 3, 0, 18, 0, 9, 0, 0, 0, 0, 0, 0, 0});
  add_network(host, "{2}", 0, {0xea, 7, 11, 0, 5, 0, 20, 0, 8, 0, 0, 0, 0, 0, 0, 0});
  add_network(host, "{3}", 2, {0xea, 7});
  const evidence::CaseFile nothing;
  const PlanInput input{&host, nullptr, &nothing, {}};
  Planner planner(input);
  CHECK(last_network(planner) == "Public");
}

TEST_CASE("only what is surely another account than NETWORK SERVICE is called one") {
  for (const char* account : {"LocalSystem", "NT AUTHORITY\\Local Service", ".\\svc", "svc@corp.example"})
    CHECK(is_other_account(account));
  for (const char* account : {"NT Authority\\NetworkService", "nt authority\\network service",
                              "AUTORITE NT\\SERVICE RESEAU", "NT-AUTORITÄT\\Netzwerkdienst"})
    CHECK(!is_other_account(account));
  CHECK(program_of("\"C:\\Windows\\System32\\SVCHOST.EXE\" -k x") == "svchost.exe");
  CHECK(program_of("%SystemRoot%\\System32\\svchost.exe -k NetworkService") == "svchost.exe");
  CHECK(program_of("C:\\Tools\\svc.exe -k svchost.exe") == "svc.exe");
}

}  // namespace rdpdoctor::fixes
