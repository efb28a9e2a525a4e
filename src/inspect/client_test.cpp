// A machine of a test as the one that connects: each topic present, absent and unreadable.
#include <doctest/doctest.h>

#include <algorithm>

#include "inspect/client_topics.h"
#include "support/client_files.h"
#include "support/host_json.h"

namespace rdpdoctor::inspect {
namespace {

using nlohmann::json;

const std::string control = R"(HKLM\SYSTEM\CurrentControlSet\Control\)",
                  services = R"(HKLM\SYSTEM\CurrentControlSet\Services\)",
                  schannel = control + R"(SecurityProviders\SCHANNEL\Protocols\)",
                  firewall = services + R"(SharedAccess\Parameters\FirewallPolicy\)",
                  winsock = services + R"(WinSock2\Parameters\)",
                  library = R"(C:\Windows\System32\mstscax.dll)",
                  operational = "Microsoft-Windows-TerminalServices-RDPClient/Operational",
                  channels = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\)";

evidence::CaseFile read(const json& machine, std::uint16_t port = 3389) {
  test::HostBuilder builder("the client of a test");
  builder.lay(machine);
  auto host = builder.take();
  evidence::CaseFile c;
  c.target.host = "srv01";
  c.target.port = port;
  inspect_client(*host, builder.now(), c);
  REQUIRE(c.client);
  return c;
}
ClientFacts facts(const json& machine, std::uint16_t port = 3389) {
  return *read(machine, port).client;
}
json registry(const std::string& key, const json& values) {
  return {{"registry", {{key, values}}}};
}
json unreadable(const std::string& what) {
  return {{"unreadable", {{what, "needs elevation (5)"}}}};
}
json sz(const std::string& text) {
  return {{"sz", text}};
}
json dword(std::uint32_t number) {
  return {{"dword", number}};
}
json rule(const std::string& text) {
  return registry(firewall + "FirewallRules", {{"{1}", sz("v2.30|" + text)}});
}
json hex_value(const Bytes& bytes) {
  return {{"binary", hex(bytes)}};
}

}  // namespace

TEST_CASE("a client without anything has every topic looked at, and none of it is present") {
  const ClientFacts f = facts(json::object());
  CHECK(f.computer_name.is.state == Presence::absent);
  CHECK(f.user.is.state == Presence::unreadable);
  CHECK(f.addresses.empty());
  CHECK(f.library_version.is.state == Presence::absent);
  CHECK(f.library_version.source == library);
  CHECK(f.updates.installed.is.state == Presence::absent);
  REQUIRE(f.protocols.size() == 4);
  CHECK(f.cipher_suites.is.state == Presence::absent);
  CHECK(f.disable_udp.is.state == Presence::absent);
  CHECK(f.credentials.state == Presence::unreadable);
  REQUIRE(f.profiles.size() == 3);
  REQUIRE(f.default_outbound.size() == 3);
  CHECK(f.blocking.is.state == Presence::absent);
  CHECK(f.drops.state == Presence::unreadable);
  CHECK(f.security_products.state == Presence::unreadable);
  CHECK(f.socket_catalog.is.state == Presence::absent);
  REQUIRE(f.channels.size() == 3);
  CHECK(f.complaint_text.state == Presence::not_looked);
}

TEST_CASE("the client's name, account and addresses are read") {
  json machine = {{"client", {{"user", "S-1-5-21-1-2-3-1001"}}},
                  {"registry",
                   {{control + R"(ComputerName\ComputerName)", {{"ComputerName", sz("WS01")}}},
                    {services + R"(Tcpip\Parameters\Interfaces\{1})",
                     {{"EnableDHCP", dword(1)}, {"DhcpIPAddress", sz("10.0.0.7")}}}}}};
  const ClientFacts f = facts(machine);
  REQUIRE(f.computer_name.get());
  CHECK(*f.computer_name.get() == "WS01");
  REQUIRE(f.user.get());
  CHECK(*f.user.get() == "S-1-5-21-1-2-3-1001");
  CHECK(f.addresses == std::vector<std::string>{"10.0.0.7"});
  CHECK(f.kind == "memory");
}

TEST_CASE("the version of mstscax.dll is read; without a version, and damaged, are two other answers") {
  auto with = [](const Bytes& bytes) { return json{{"files", {{library, {{"hex", hex(bytes)}}}}}}; };
  ClientFacts f = facts(with(test::library_with_version({10, 0, 22621, 3007})));
  REQUIRE(f.library_version.get());
  CHECK(*f.library_version.get() == "10.0.22621.3007");
  f = facts(with(Bytes(300, 'x')));
  CHECK(f.library_version.is.state == Presence::unreadable);
  CHECK(f.library_version.is.why.contains("PE file"));
  f = facts(unreadable(library));
  CHECK(f.library_version.is.state == Presence::unreadable);
  CHECK(f.library_version.is.why.contains("needs elevation"));
}

TEST_CASE("TLS is read of the client's keys, not the server's") {
  ClientFacts f = facts({{"registry",
                          {{schannel + R"(TLS 1.2\Client)", {{"Enabled", dword(0)}}},
                           {schannel + R"(TLS 1.3\Server)", {{"Enabled", dword(0)}}},
                           {control + R"(Lsa\FIPSAlgorithmPolicy)", {{"Enabled", dword(1)}}},
                           {control + R"(Lsa\MSV1_0)", {{"RestrictSendingNTLMTraffic", dword(2)}}}}}});
  REQUIRE(f.protocols.size() == 4);
  REQUIRE(f.protocols[2].enabled.get());
  CHECK(f.protocols[2].name == "TLS 1.2");
  CHECK(*f.protocols[2].enabled.get() == 0);
  CHECK(f.protocols[3].enabled.is.state == Presence::absent);
  REQUIRE(f.fips.get());
  CHECK(*f.fips.get() == 1);
  REQUIRE(f.restrict_sending_ntlm.get());
  CHECK(*f.restrict_sending_ntlm.get() == 2);
  CHECK(f.encryption_oracle.is.state == Presence::absent);
  f = facts(unreadable(schannel + R"(TLS 1.2\Client)"));
  CHECK(f.protocols[2].enabled.is.state == Presence::unreadable);
  f = facts(registry(schannel + R"(TLS 1.2\Client)", {{"Enabled", sz("0")}}));
  CHECK(f.protocols[2].enabled.is.state == Presence::unreadable);
}

TEST_CASE("the policy against UDP wins over the machine's own value") {
  const std::string policy = R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services\Client)",
                    own = R"(HKLM\SOFTWARE\Microsoft\Terminal Server Client)";
  json both = {{"registry",
                {{policy, {{"fClientDisableUDP", dword(0)}}}, {own, {{"DisableUDPTransport", dword(1)}}}}}};
  ClientFacts f = facts(both);
  REQUIRE(f.disable_udp.get());
  CHECK(*f.disable_udp.get() == 0);
  CHECK(f.disable_udp.by_policy);
  CHECK(f.disable_udp.local == std::optional<std::uint32_t>(1));
  f = facts(registry(own, {{"DisableUDPTransport", dword(1)}}));
  REQUIRE(f.disable_udp.get());
  CHECK(*f.disable_udp.get() == 1);
  CHECK_FALSE(f.disable_udp.by_policy);
  f = facts(unreadable(policy));
  CHECK(f.disable_udp.is.state == Presence::unreadable);
}

TEST_CASE("saved credentials for Remote Desktop are kept, others are not") {
  ClientFacts f = facts({{"client",
                          {{"credentials",
                            {{{"target", "TERMSRV/srv01"}, {"user", R"(CORP\anna)"}},
                             {{"target", "git:https://example.org"}, {"user", "anna"}}}}}}});
  REQUIRE(f.credentials.get());
  REQUIRE(f.credentials.value.size() == 1);
  CHECK(f.credentials.value[0].target == "TERMSRV/srv01");
  CHECK(f.credentials.value[0].user == R"(CORP\anna)");
  f = facts({{"client", {{"credentials", json::array()}}}});
  CHECK(f.credentials.get());
  CHECK(f.credentials.value.empty());
  f = facts({{"client", {{"credentials", "no such logon session (1312)"}}}});
  CHECK(f.credentials.why == "no such logon session (1312)");
}

TEST_CASE("a rule is kept when it concerns the client's program or the target's port on its way out") {
  const std::string block = "Action=Block|Active=TRUE|Dir=Out|Protocol=6|";
  auto kept = [](const std::string& text, std::uint16_t port = 3389) {
    const ClientFacts f = facts(rule(text), port);
    CHECK(f.blocking.is.state == Presence::present);
    return f.blocking.is.value.size();
  };
  CHECK(kept(block + R"(App=C:\Windows\System32\MSTSC.EXE|Name=x|)") == 1);
  CHECK(kept(block + R"(App=%ProgramFiles%\Remote Desktop\msrdc.exe|Name=x|)") == 1);
  CHECK(kept(block + "Name=everything|") == 1);
  CHECK(kept(block + "RPort=3389|Name=x|") == 1);
  CHECK(kept(block + "RPort2_10=3300-3400|Name=x|") == 1);
  CHECK(kept("Action=Block|Active=TRUE|Dir=Out|Protocol=17|RPort=3389|Name=x|") == 1);
  CHECK(kept(block + "RPort=3389|Name=x|", 3390) == 0);
  CHECK(kept(block + "RPort=443|Name=x|") == 0);
  CHECK(kept(block + "RPort2_10=IPHTTPSOut|Name=x|") == 0);
  CHECK(kept(block + R"(App=C:\tools\rdp.exe|Name=x|)") == 0);
  CHECK(kept(block + R"(App=%SystemRoot%\system32\svchost.exe|Svc=dnscache|Name=x|)") == 0);
  CHECK(kept("Action=Block|Active=FALSE|Dir=Out|Protocol=6|Name=x|") == 0);
  CHECK(kept("Action=Block|Active=TRUE|Dir=In|Protocol=6|Name=x|") == 0);
  CHECK(kept("Action=Block|Active=TRUE|Dir=Out|Protocol=1|Name=x|") == 0);
  CHECK(kept(block + "AppPkgId=S-1-15-2-1|Name=x|") == 0);
  CHECK(kept("Action=Allow|Active=TRUE|Dir=Out|Protocol=6|Name=x|") == 0);
}

TEST_CASE("an outbound rule's ports are those of the other side, what else narrows it is a limit") {
  ClientFacts f =
      facts(rule("Action=Block|Active=TRUE|Dir=Out|Protocol=6|LPort=1000|RPort=3389|RA4=10.0.0.5|"
                 "Name=to one host|"));
  REQUIRE(f.blocking.is.value.size() == 1);
  const evidence::FirewallRule& r = f.blocking.is.value[0];
  REQUIRE(r.ports.size() == 1);
  CHECK(r.ports[0].first == 3389);
  CHECK(r.limits == std::vector<std::string>{"RA4=10.0.0.5", "LPort=1000-1000"});
  CHECK(r.source.ends_with("FirewallRules: {1}"));
  f = facts(rule("Action=Allow|Active=TRUE|Dir=Out|Protocol=6|App=mstsc.exe|Name=let it out|"));
  CHECK(f.blocking.is.value.empty());
  REQUIRE(f.allowing.is.value.size() == 1);
  CHECK(f.allowing.is.value[0].title == "let it out");
}

TEST_CASE("a rule of a policy counts though the local ones can't be read; no rule does not") {
  const std::string policy = R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\FirewallRules)";
  json machine = unreadable(firewall + "FirewallRules");
  CHECK(facts(machine).blocking.is.state == Presence::unreadable);
  machine["registry"] = {{policy, {{"x", sz("v2.30|Action=Block|Active=TRUE|Dir=Out|Name=x|")}}}};
  const ClientFacts f = facts(machine);
  REQUIRE(f.blocking.get());
  REQUIRE(f.blocking.is.value.size() == 1);
  CHECK(f.blocking.is.value[0].by_policy);
  CHECK(f.allowing.is.state == Presence::unreadable);
}

TEST_CASE("what a profile does with all that goes out is read, the policy over the local value") {
  const ClientFacts f = facts({{"registry",
                                {{firewall + "DomainProfile", {{"DefaultOutboundAction", dword(0)}}},
                                 {R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile)",
                                  {{"DefaultOutboundAction", dword(1)}}}}}});
  REQUIRE(f.default_outbound.size() == 3);
  REQUIRE(f.default_outbound[0].get());
  CHECK(*f.default_outbound[0].get() == 1);
  CHECK(f.default_outbound[0].by_policy);
  CHECK(f.default_outbound[2].is.state == Presence::absent);
}

TEST_CASE("drops on the way out to the target's port or of the client's program are kept") {
  json drops = json::array();
  drops.push_back({{"remote_port", 3389}, {"remote_address", "10.0.0.5"}, {"program", "x"}});
  drops.push_back(
      {{"remote_port", 443}, {"program", R"(\device\harddiskvolume3\windows\system32\mstsc.exe)"}});
  drops.push_back({{"remote_port", 443}, {"program", R"(\device\harddiskvolume3\x\chrome.exe)"}});
  drops.push_back({{"remote_port", 3389}, {"direction", "in"}});
  const ClientFacts f = facts({{"client", {{"drops", drops}}}});
  REQUIRE(f.drops.get());
  REQUIRE(f.drops.value.size() == 2);
  CHECK(f.drops.value[0].remote_address == "10.0.0.5");
  CHECK(facts({{"client", {{"drops", "needs elevation (5)"}}}}).drops.why == "needs elevation (5)");
}

TEST_CASE("registered products are told, with the firewalls of the registry, each once") {
  const std::string key = R"(HKLM\SOFTWARE\Microsoft\Security Center\Provider\Fw\{1})";
  json machine = registry(key, {{"DISPLAYNAME", sz("Example Firewall")}});
  ClientFacts f = facts(machine);
  REQUIRE(f.security_products.get());
  CHECK(f.security_products.value[0].name == "Example Firewall");
  CHECK(f.security_products.value[0].kind == "firewall");
  machine["client"] = {{"products",
                        {{{"name", "Example Firewall"}, {"kind", "firewall"}, {"on", true}},
                         {{"name", "Example Antivirus"}, {"kind", "antivirus"}, {"on", false}}}}};
  f = facts(machine);
  REQUIRE(f.security_products.value.size() == 2);
  CHECK(f.security_products.value[0].on == std::optional<bool>(true));
}

TEST_CASE("the socket catalogue tells Windows' own libraries from others") {
  const std::string protocols = winsock + R"(Protocol_Catalog9\Catalog_Entries64\)",
                    names = winsock + R"(NameSpace_Catalog5\Catalog_Entries64\)";
  auto item = [](const char* path, const char* name, std::uint32_t chain = 1) {
    return json{{"PackedCatalogItem", hex_value(test::socket_catalog_item(path, name, chain))}};
  };
  json machine = {
      {"registry",
       {{protocols + "000000000001", item(R"(%SystemRoot%\system32\mswsock.dll)", "MSAFD Tcpip [TCP/IP]")},
        {protocols + "000000000002", item(R"(C:\Program Files\Filter\lsp.dll)", "Filter", 0)},
        {protocols + "000000000003", item(R"(C:\Temp\mswsock.dll)", "MSAFD Tcpip [TCP/IP]")},
        {names + "000000000001",
         {{"LibraryPath", sz(R"(%SystemRoot%\System32\NLAapi.dll)")}, {"DisplayString", sz("NLA")}}}}}};
  ClientFacts f = facts(machine);
  REQUIRE(f.socket_catalog.get());
  const auto& all = f.socket_catalog.is.value;
  REQUIRE(all.size() == 4);
  CHECK((all[0].own && all[0].kind == "protocol" && all[0].library == R"(C:\Windows\system32\mswsock.dll)"));
  CHECK((!all[1].own && all[1].kind == "layered protocol" && all[1].name == "Filter"));
  CHECK_FALSE(all[2].own);
  CHECK((all[3].own && all[3].kind == "name space"));
  CHECK(all[3].source.ends_with(R"(NameSpace_Catalog5\Catalog_Entries64\000000000001)"));
  machine["registry"][protocols + "000000000002"] = {{"PackedCatalogItem", {{"binary", "0102"}}}};
  f = facts(machine);
  CHECK(f.socket_catalog.is.state == Presence::unreadable);
  CHECK(f.socket_catalog.source.ends_with("000000000002: PackedCatalogItem"));
  f = facts(unreadable(winsock + "Protocol_Catalog9"));
  CHECK(f.socket_catalog.is.state == Presence::unreadable);
}

TEST_CASE("the socket catalogue of a 32-bit Windows is the one list that it has") {
  const ClientFacts f = facts(registry(winsock + R"(NameSpace_Catalog5\Catalog_Entries\000000000001)",
                                       {{"LibraryPath", sz(R"(%SystemRoot%\System32\winrnr.dll)")}}));
  REQUIRE(f.socket_catalog.get());
  REQUIRE(f.socket_catalog.is.value.size() == 1);
  CHECK(f.socket_catalog.is.value[0].own);
}

TEST_CASE("the client's channels tell whether they are on, and the events of its own are read") {
  json machine = registry(channels + operational, {{"Enabled", dword(1)}});
  machine["events"] = {
      {{"channel", operational},
       {"provider", "Microsoft-Windows-TerminalServices-ClientActiveXCore"},
       {"id", 1024},
       {"at", "2026-11-20T10:00:00Z"},
       {"data", json::array({json::array({"Value", "srv01"})})}},
      {{"channel", "Application"}, {"provider", "x"}, {"id", 1}, {"at", "2026-11-20T10:00:00Z"}}};
  const evidence::CaseFile c = read(machine);
  const ClientFacts& f = *c.client;
  REQUIRE(f.channels.size() == 3);
  REQUIRE(f.channels[0].enabled.get());
  CHECK(*f.channels[0].enabled.get() == 1);
  CHECK(f.channels[1].channel == "Microsoft-Windows-TerminalServices-RDPClient/Analytic");
  CHECK(f.channels[1].enabled.is.state == Presence::absent);
  REQUIRE(c.sources.size() == 1);
  CHECK(c.sources[0].inspected);
  CHECK(c.sources[0].channel == operational);
  REQUIRE(c.events.size() == 1);
  CHECK(c.events[0].id == 1024);
}

TEST_CASE("a machine that is inspected as host and client has each event once") {
  test::HostBuilder builder("both");
  builder.lay({{"events",
                {{{"channel", operational},
                  {"provider", "Microsoft-Windows-TerminalServices-ClientActiveXCore"},
                  {"id", 1024},
                  {"at", "2026-11-20T10:00:00Z"}}}}});
  auto host = builder.take();
  evidence::CaseFile c;
  inspect(*host, builder.now(), c);
  inspect_client(*host, builder.now(), c);
  CHECK(std::ranges::count(c.events, 1024U, &evidence::Event::id) == 1);
}

TEST_CASE("stopping keeps what was read so far") {
  test::HostBuilder builder("the client of a test");
  auto host = builder.take();
  evidence::CaseFile c;
  int asked = 0;
  inspect_client(*host, builder.now(), c, [&](std::string_view) { return ++asked < 4; });
  REQUIRE(c.client);
  CHECK(c.client->protocols.size() == 4);
  CHECK(c.client->disable_udp.is.state == Presence::not_looked);
}

}  // namespace rdpdoctor::inspect
