// Plans of the fixes of client, names, addresses and clock.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "support/fix_machine.h"

namespace rdpdoctor::fixes {
namespace {

using nlohmann::json;
using test::check_refused, test::has_note, test::hosts, test::Lines;

const std::string interfaces = R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces)",
                  adapter = interfaces + R"(\{8A3D3F52-1C61-4E2F-9F25-6B0B6C1F7A10})";

struct Machine {
  explicit Machine(const json& over)
      : writer(std::make_unique<host::MemoryWriter>(test::host_under(hosts, over).take())) {}
  std::unique_ptr<host::MemoryWriter> writer;
  evidence::CaseFile evidence;

  Plan plan(std::string_view id, const Options& options = {}, bool running = true) {
    const Fix* fix = find_fix(id);
    if (!fix) {
      FAIL("no such fix: ", std::string(id));
      return {};
    }
    writer->set_running(running);
    return fixes::plan(*fix, {&writer->host(), writer.get(), &evidence, options});
  }
};

Machine with(json over) {
  over["expect"] = json::array();
  return Machine(over);
}
Machine healthy() {
  return with(json::object());
}
Lines told(const Plan& plan) {
  Lines out;
  for (const Change& change : plan.changes) out.push_back(target_of(change) + " = " + after_words(change));
  return out;
}
void check_plan(const Plan& plan, const Lines& expected) {
  INFO(plan.why);
  CHECK(plan.state == Plan::State::planned);
  CHECK(told(plan) == expected);
}
bool advises(const Plan& plan, std::string_view part) {
  return std::ranges::any_of(plan.advice, [&](const auto& step) { return step.contains(part); });
}

const Options accepted{.accept_risk = true};
const json by_hand = {
    {"registry", {{adapter, {{"EnableDHCP", {{"dword", 0}}}, {"IPAddress", {{"multi_sz", {"10.0.0.4"}}}}}}}}};

}  // namespace

TEST_CASE("TCP only is set by the client's policy value, and not where Group Policy owns it") {
  const std::string key = R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services\Client)";
  check_plan(healthy().plan("force-tcp"), {key + ": fClientDisableUDP = REG_DWORD 1"});
  Machine done = with({{"registry", {{key, {{"fClientDisableUDP", {{"dword", 1}}}}}}}});
  CHECK(done.plan("force-tcp").state == Plan::State::already);
  Machine unreadable = with({{"unreadable", {{key + ": fClientDisableUDP", "the cell is damaged"}}}});
  check_refused(unreadable.plan("force-tcp"), "can't be read");
}

TEST_CASE("the MTU is what was given, for the only adapter or the one that is named") {
  check_plan(healthy().plan("lower-interface-mtu", {.mtu = 1300}, false),
             {adapter + ": MTU = REG_DWORD 1300"});
  for (const char* name : {"Ethernet", "ethernet", "8a3d3f52-1c61-4e2f-9f25-6b0b6c1f7a10"})
    check_plan(healthy().plan("lower-interface-mtu", {.interface = name, .mtu = 1300}),
               {adapter + ": MTU = REG_DWORD 1300",
                "netsh interface ipv4 set subinterface interface=Ethernet mtu=1300 store=active = run; undo: "
                "netsh interface "
                "ipv4 set subinterface interface=Ethernet mtu=1500 store=active"});
  check_refused(healthy().plan("lower-interface-mtu", {.interface = "VPN", .mtu = 1300}),
                "of this machine: Ethernet");
  for (const std::uint32_t mtu : {100U, 100000U})
    check_refused(healthy().plan("lower-interface-mtu", {.mtu = mtu}), "between 576 and 9000");
  check_refused(healthy().plan("lower-interface-mtu"), "--mtu");
}

TEST_CASE("an MTU that is as low already stays, and one that was set is what the undo puts back") {
  Machine low = with({{"registry", {{adapter, {{"MTU", {{"dword", 1280}}}}}}}});
  CHECK(low.plan("lower-interface-mtu", {.mtu = 1300}).state == Plan::State::already);
  Machine high = with({{"registry", {{adapter, {{"MTU", {{"dword", 1400}}}}}}}});
  const Plan plan = high.plan("lower-interface-mtu", {.mtu = 1300});
  REQUIRE(plan.changes.size() == 2);
  CHECK(before_words(plan.changes[0]) == "REG_DWORD 1400");
  CHECK(after_words(plan.changes[1])
            .contains("undo: netsh interface ipv4 set subinterface interface=Ethernet mtu=1400"));
}

TEST_CASE("the MTU is what was seen to pass where larger packets vanished") {
  Machine m = healthy();
  for (const std::uint32_t size : {576U, 1300U, 1400U, 1500U}) {
    evidence::Echo echo{.packet_bytes = size, .outcome = evidence::EchoOutcome::done, .sent = 3};
    if (size < 1400) echo.answers_ms = {10};
    m.evidence.echoes.push_back(echo);
  }
  check_plan(m.plan("lower-interface-mtu", {}, false), {adapter + ": MTU = REG_DWORD 1300"});
  Machine by_segments = healthy();
  evidence::Connection stalls, passes;
  stalls.tls.outcome = evidence::TlsOutcome::silent;
  passes.asked.max_segment = 1200;
  passes.tls.server_hello_seen = true;
  by_segments.evidence.connections = {stalls, passes};
  check_plan(by_segments.plan("lower-interface-mtu", {}, false), {adapter + ": MTU = REG_DWORD 1240"});
}

TEST_CASE("saved credentials go for one named server, by the words that accept the loss") {
  check_refused(healthy().plan("clear-saved-credentials", accepted), "--server");
  check_refused(healthy().plan("clear-saved-credentials", {.server = "srv-fin-02"}), "--accept-risk");
  for (const char* hostile : {"srv /list", "srv\" & del", "*", "srv\n"})
    check_refused(healthy().plan("clear-saved-credentials", {.accept_risk = true, .server = hostile}),
                  "expected");
  const Plan plan = healthy().plan("clear-saved-credentials", {.accept_risk = true, .server = "srv-fin-02"});
  check_plan(plan, {"cmdkey /delete:TERMSRV/srv-fin-02 = run"});
  CHECK(std::get<RunCommand>(plan.changes.front().what).destroys.contains("TERMSRV/srv-fin-02"));
  CHECK(healthy().plan("clear-saved-credentials", {.accept_risk = true, .server = "s"}, false).needs_running);
}

TEST_CASE("by address: the one that was told, the host's own, or what the name gives") {
  CHECK(advises(healthy().plan("connect-by-address"), "mstsc /v:10.0.0.4"));
  CHECK(advises(healthy().plan("connect-by-address", {.address = "10.9.9.9", .port = 3390}),
                "mstsc /v:10.9.9.9:3390"));
  CHECK(advises(healthy().plan("connect-by-address", {.address = "2001:db8::1", .port = 3390}),
                "mstsc /v:[2001:db8::1]:3390"));
  evidence::CaseFile c;
  const Fix& fix = *find_fix("connect-by-address");
  check_refused(fixes::plan(fix, {.evidence = &c, .options = {}}), "--address");
  c.target.addresses = {"192.0.2.7"};
  CHECK(advises(fixes::plan(fix, {.evidence = &c, .options = {}}), "mstsc /v:192.0.2.7"));
}

TEST_CASE("a reservation is told with address, adapter, server and scope, and changes nothing") {
  const Plan plan = healthy().plan("reserve-address");
  CHECK(plan.state == Plan::State::planned);
  CHECK(plan.changes.empty());
  CHECK(has_note(plan, "Ethernet has 10.0.0.4 from the DHCP server 10.0.0.2"));
  CHECK(advises(plan, "netsh dhcp server scope 10.0.0.0 add reservedip 10.0.0.4 MAC"));
  CHECK(with(by_hand).plan("reserve-address").state == Plan::State::already);
  Machine self_made = with(test::json_of(hosts / "address-dynamic" / "present.json"));
  check_refused(self_made.plan("reserve-address"), "no DHCP server");
  Machine unreadable = with({{"unreadable", {{interfaces, "the list of subkeys is damaged"}}}});
  check_refused(unreadable.plan("reserve-address"), "can't be read");
}

TEST_CASE("the name cache is flushed, and the line of the hosts file that stays is told") {
  Machine m = healthy();
  m.evidence.name.hosts_file = Reading<Lines>::present({"10.0.0.9"});
  m.evidence.name.hosts_lines = {"12"};
  const Plan plan = m.plan("flush-name-cache");
  check_plan(plan, {"ipconfig /flushdns = run"});
  CHECK(has_note(plan, "(line 12)"));
  CHECK(m.plan("flush-name-cache", {}, false).needs_running);
}

TEST_CASE("the resets say that nothing justifies them and what they destroy, and wait for the words") {
  check_refused(with(by_hand).plan("reset-tcpip"),
                "Ethernet: 10.0.0.4; if that is wanted: rdpdoctor fix reset-tcpip");
  check_refused(healthy().plan("reset-winsock"), "nothing that rdpdoctor can find is mended by it");
  const Plan tcpip = with(by_hand).plan("reset-tcpip", accepted);
  check_plan(tcpip, {"netsh int ip reset = run"});
  CHECK(has_note(tcpip, "is lost, and has to be set anew: Ethernet: 10.0.0.4"));
  CHECK(has_note(tcpip, "nothing that was found justifies it"));
  Machine filtered = with(
      {{"registry",
        {{R"(HKLM\SYSTEM\CurrentControlSet\Services\WinSock2\Parameters\Protocol_Catalog9\Catalog_Entries64\000000000001)",
          {{"PackedCatalogItem",
            {{"binary",
              hex(View(Bytes{'C', ':', '\\', 'F', '\\', 'l', 's', 'p', '.', 'd', 'l', 'l', 0, 7}))}}}}}}}});
  const Plan winsock = filtered.plan("reset-winsock", accepted);
  check_plan(winsock, {"netsh winsock reset = run"});
  CHECK(has_note(winsock, R"(C:\F\lsp.dll)"));
  CHECK(winsock.fix->destroys);
}

TEST_CASE(
    "the client's log is turned on by its value, by wevtutil only in a script, which reaches no service") {
  const std::string channels = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\)",
                    broad = "Microsoft-Windows-TerminalServices-RDPClient/Operational",
                    log = "Microsoft-Windows-TerminalServices-RDPClient/Analytic";
  const auto with_logs = [&](std::uint32_t broad_is, std::uint32_t detailed_is) {
    return with({{"registry",
                  {{channels + broad, {{"Enabled", {{"dword", broad_is}}}}},
                   {channels + log, {{"Enabled", {{"dword", detailed_is}}}}}}}});
  };
  const std::string set = channels + log + ": Enabled = REG_DWORD 1";
  for (const bool running : {false, true}) {
    check_plan(with_logs(1, 0).plan("enable-client-log", {}, running), {set});
    check_plan(with_logs(0, 0).plan("enable-client-log", {}, running),
               {channels + broad + ": Enabled = REG_DWORD 1", set});
    CHECK(with_logs(1, 1).plan("enable-client-log", {}, running).state == Plan::State::already);
  }
  Machine off = with_logs(1, 0);
  const PlanInput script{.host = &off.writer->host(),
                         .writer = off.writer.get(),
                         .evidence = &off.evidence,
                         .options = {},
                         .for_script = true};
  check_plan(
      fixes::plan(*find_fix("enable-client-log"), script),
      {"wevtutil sl " + log + " /e:true /q:true = run; undo: wevtutil sl " + log + " /e:false /q:true"});
  check_refused(healthy().plan("enable-client-log"), "has no log");
  Machine unreadable = with({{"unreadable", {{channels + log, "the cell is damaged"}}}});
  check_refused(unreadable.plan("enable-client-log"), "can't be read");
}

TEST_CASE("the clock and the trust need a machine that runs, and the trust a domain") {
  check_plan(healthy().plan("sync-clock"), {"w32tm /resync /rediscover = run"});
  CHECK(healthy().plan("sync-clock", {}, false).needs_running);
  const std::string tcpip = R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters)";
  const auto in = [&](const char* domain) {
    return with({{"registry", {{tcpip, {{"Domain", {{"sz", domain}}}}}}}});
  };
  const Plan plan = in("corp.example").plan("renew-trust");
  check_plan(plan, {"nltest /sc_reset:corp.example = run"});
  CHECK(advises(plan, "Test-ComputerSecureChannel -Repair"));
  CHECK(in("corp.example").plan("renew-trust", {}, false).needs_running);
  check_refused(in("").plan("renew-trust"), "in no domain");
  check_refused(in("corp & calc").plan("renew-trust"), "none that could be asked for");
}

}  // namespace rdpdoctor::fixes
