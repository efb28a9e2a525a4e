// The judges of services and listeners, with a host that the tests make and connections beside it. What the
// registry alone tells is in tests/hosts.
#include <doctest/doctest.h>

#include <algorithm>

#include "causes/engine/service_views.h"
#include "support/probe_evidence.h"

namespace rdpdoctor::causes {
namespace {

using namespace test;
using evidence::NumberFact;

NumberFact set(std::uint32_t value) {
  return {.is = Reading<std::uint32_t>::present(value), .source = "key: value"};
}
evidence::TextFact text(std::string value) {
  return {.is = Reading<std::string>::present(std::move(value)), .source = "key: text"};
}
evidence::Fact<bool> yes(bool value = true) {
  return {.is = Reading<bool>::present(value), .source = "key"};
}

HostFacts healthy_host(std::uint32_t port = 3389) {
  HostFacts host;
  host.source = "/mnt/windows";
  host.remote_desktop.deny_connections = set(0);
  evidence::ListenerFacts listener{.name = "RDP-Tcp"};
  listener.exists = yes();
  listener.enabled = set(1);
  listener.port = set(port);
  host.listeners.push_back(std::move(listener));
  for (std::string_view name : evidence::inspected_services) {
    evidence::ServiceFacts s{.name = std::string(name)};
    s.exists = yes();
    s.start = set(3);
    s.account = text("NT Authority\\NetworkService");
    s.image_path = text("%SystemRoot%\\System32\\svchost.exe -k NetworkService");
    host.services.push_back(std::move(s));
  }
  return host;
}

evidence::ServiceFacts& of(HostFacts& host, std::string_view name) {
  return *std::ranges::find_if(host.services, [&](const auto& s) { return s.name == name; });
}

Evidence refused() {
  Evidence e;
  e.handshakes({}, 2);
  for (Connection& c : e.file.connections) {
    c.tcp.outcome = TcpOutcome::refused;
    c.x224 = {};
    c.ending = Ending::error;
  }
  return e;
}

const Found* found(const Verdict& v) {
  return std::get_if<Found>(&v);
}
Verdict judged(const CaseFile& c, std::string_view id) {
  return find_cause(id)->judge(c);
}

}  // namespace

TEST_CASE("a listener on another port explains connections that the port asked for refuses") {
  Evidence e = refused();
  e.file.host = healthy_host(3390);
  Verdict v = judged(e.file, "listener-port-changed");
  REQUIRE(found(v));
  CHECK(found(v)->explains);
  CHECK(found(v)->certainty == Certainty::likely);
  e.file.target.port = 3390;
  CHECK(std::holds_alternative<Excluded>(judged(e.file, "listener-port-changed")));
}

TEST_CASE("a port that leads to the listener's is no fault, and a moved one alone is a note") {
  Evidence e;
  e.handshakes(completed(), 1);
  e.file.host = healthy_host(3390);
  CHECK(std::holds_alternative<Excluded>(judged(e.file, "listener-port-changed")));
  CaseFile alone;
  alone.host = healthy_host(3390);
  alone.target.port = 3390;
  Verdict v = judged(alone, "listener-port-changed");
  REQUIRE(found(v));
  CHECK(found(v)->note);
  CHECK_FALSE(found(v)->explains);
}

TEST_CASE("what the host's registry tells covers a closed port, and a host that is right says so there") {
  Evidence e = refused();
  e.file.host = healthy_host();
  e.file.host->remote_desktop.deny_connections = set(1);
  Diagnosis d = diagnose(e.file);
  REQUIRE_FALSE(d.causes.empty());
  CHECK(d.causes.front().cause->id == "remote-desktop-disabled");
  CHECK(std::ranges::count(d.causes.front().folded, "port-closed") == 1);
  e.file.host = healthy_host();
  Verdict closed = judged(e.file, "port-closed");
  REQUIRE(found(closed));
  CHECK(found(closed)->evidence.back().source == "inspection of /mnt/windows");
}

TEST_CASE("a service that may or may not matter explains only a failure at its stage") {
  Evidence e = refused();
  e.file.host = healthy_host();
  of(*e.file.host, "mpssvc").start = set(4);
  Verdict with = judged(e.file, "service-stopped");
  REQUIRE(found(with));
  CHECK(found(with)->explains);
  CHECK(found(with)->certainty == Certainty::possible);
  CaseFile alone;
  alone.host = e.file.host;
  Verdict without = judged(alone, "service-stopped");
  REQUIRE(found(without));
  CHECK_FALSE(found(without)->explains);
}

TEST_CASE("of several services the one that explains most leads") {
  CaseFile c;
  c.host = healthy_host();
  of(*c.host, "UmRdpService").start = set(4);
  of(*c.host, "SessionEnv").start = set(4);
  of(*c.host, "TermService").start = set(4);
  Verdict v = judged(c, "service-stopped");
  REQUIRE(found(v));
  CHECK(found(v)->headline == "The service TermService is disabled.");
  CHECK(found(v)->evidence.size() == 3);
  CHECK_FALSE(found(v)->note);
}

TEST_CASE("a damaged hive proves nothing that is absent in it") {
  CaseFile c;
  c.host = healthy_host();
  c.host->system.hives.push_back({.name = "SYSTEM", .state = "damaged"});
  c.host->remote_desktop.deny_connections = {.is = Reading<std::uint32_t>::absent(), .source = "key"};
  of(*c.host, "TermService").exists.is = Reading<bool>::absent();
  c.host->listeners.front().exists.is = Reading<bool>::absent();
  for (std::string_view id : {"remote-desktop-disabled", "service-stopped", "listener-disabled"}) {
    INFO(id);
    CHECK(std::holds_alternative<Untested>(judged(c, id)));
  }
}

TEST_CASE("without a look at the host its causes are untested") {
  for (std::string_view id : {"remote-desktop-disabled", "service-stopped", "listener-disabled", "nla-off",
                              "port-held-by-other-program", "service-library-replaced"}) {
    INFO(id);
    CHECK(std::holds_alternative<Untested>(judged({}, id)));
  }
}

TEST_CASE("accounts and paths are compared as Windows does") {
  CHECK(is_network_service("NT Authority\\NetworkService") == true);
  CHECK(is_network_service("nt authority\\network service") == true);
  CHECK(is_network_service("LocalSystem") == false);
  CHECK(is_network_service(".\\admin") == false);
  CHECK(is_network_service("NT-AUTORIT\xC3\x84T\\Netzwerkdienst") == std::nullopt);
  CHECK(program_of("\"C:\\WINDOWS\\system32\\SvcHost.exe\" -k x") == "svchost.exe");
  CHECK(program_of("%SystemRoot%\\System32\\svchost.exe -k NetworkService") == "svchost.exe");
  CHECK(program_of("").empty());
  CHECK(below_windows("D:\\WinNT\\System32\\.\\termsrv.dll") == "system32\\termsrv.dll");
  CHECK(below_windows("%SystemRoot%/System32/termsrv.dll") == "system32\\termsrv.dll");
  CHECK(below_windows("C:\\Temp\\x\\System32\\termsrv.dll") == "c:\\temp\\x\\system32\\termsrv.dll");
  CHECK(below_windows("system32\\termsrv.dll") == "system32\\termsrv.dll");
}

}  // namespace rdpdoctor::causes
