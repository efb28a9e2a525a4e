#include "analyze/assemble.h"

#include <doctest/doctest.h>

namespace rdpdoctor::analyze {
namespace {

using evidence::CaseFile;
using evidence::Event;

constexpr std::int64_t start = 1'800'000'000'000;

Piece capture(std::vector<std::string> hosts) {
  Piece p;
  p.read.source = "client.pcap";
  p.read.kind = "capture";
  std::int64_t at = start;
  for (std::string& host : hosts) {
    PieceConnection pc;
    pc.address = std::move(host);
    pc.facts.source = "client.pcap";
    pc.facts.asked.what = "client";
    pc.facts.asked.address = pc.address;
    pc.facts.tcp.outcome = evidence::TcpOutcome::connected;
    pc.facts.seen.emplace();
    pc.facts.seen->at = {at += 1'000};
    pc.facts.seen->client = "10.0.0.5:51234";
    p.connections.push_back(std::move(pc));
  }
  return p;
}

Piece log(std::string computer, std::string provider, std::uint32_t id, std::int64_t at_ms,
          std::vector<evidence::EventValue> data = {}) {
  Piece p;
  p.read.source = computer + ".evtx";
  p.read.kind = "event log";
  Event e;
  e.source = p.read.source;
  e.provider = std::move(provider);
  e.id = id;
  e.record = 7;
  e.at = {start + at_ms};
  e.computer = std::move(computer);
  e.data = std::move(data);
  p.event_counts.push_back({e.source, e.provider, e.id, e.computer, 1, e.at, e.at});
  p.events.push_back(std::move(e));
  return p;
}

Piece accepted(std::string computer, std::string client) {
  return log(std::move(computer), "RemoteDesktopServices-RdpCoreTS", 131, 1'500,
             {{"ConnType", "TCP"}, {"ClientIP", std::move(client)}});
}

Piece told(std::string family, std::uint32_t value, std::uint64_t line, std::string about = "") {
  Piece p;
  p.read.source = "pasted text";
  evidence::Told t;
  t.source = p.read.source;
  t.line = line;
  t.family = std::move(family);
  t.value = value;
  t.about = std::move(about);
  p.told.push_back(std::move(t));
  return p;
}

template <class... P>
std::vector<Piece> pieces(P... p) {
  std::vector<Piece> out;
  (out.push_back(std::move(p)), ...);
  return out;
}

const CaseFile* of_host(const std::vector<CaseFile>& cases, const std::string& host) {
  for (const CaseFile& c : cases) {
    if (c.target.host == host) return &c;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("each host of a capture is a case, its connections numbered by time") {
  auto cases = assemble(pieces(capture({"10.0.0.9", "10.0.0.8", "10.0.0.9"})), {});
  REQUIRE(cases.size() == 2);
  CHECK(cases[0].target.host == "10.0.0.9");
  REQUIRE(cases[0].connections.size() == 2);
  CHECK(cases[0].connections[0].number == 1);
  CHECK(cases[0].connections[1].number == 2);
  CHECK(cases[0].run.started.ms == start + 1'000);
  CHECK(cases[0].connections[1].started_ms == 2'000);
  CHECK(cases[0].sources.size() == 1);
}

TEST_CASE("a host's log goes to the case whose client it names") {
  auto cases = assemble(
      pieces(capture({"10.0.0.9"}), accepted("SRV01", "10.0.0.5:51234"), accepted("SRV02", "10.0.0.6:40000")),
      {});
  REQUIRE(cases.size() == 2);
  const CaseFile* first = of_host(cases, "10.0.0.9");
  REQUIRE(first);
  REQUIRE(first->events.size() == 1);
  CHECK(first->events[0].computer == "SRV01");
  CHECK(first->events[0].connection == 1);
  CHECK(first->connections[0].host_log.state == Presence::present);
  CHECK(of_host(cases, "SRV02"));
}

TEST_CASE("a host's log goes to the case that has its name from the certificate") {
  Piece p = capture({"10.0.0.9", "10.0.0.8"});
  p.connections[1].facts.tls.chain.push_back({});
  p.connections[1].facts.tls.chain[0].common_name = "SRV01.corp.example";
  auto cases = assemble(pieces(std::move(p), log("SRV01", "Schannel", 36870, 9'000)), {});
  const CaseFile* named = of_host(cases, "10.0.0.8");
  REQUIRE(named);
  CHECK(named->events.size() == 1);
}

TEST_CASE("one capture of one host and one host's log are one case; with two hosts they are not") {
  CHECK(assemble(pieces(capture({"10.0.0.9"}), log("SRV01", "Schannel", 36870, 0)), {}).size() == 1);
  CHECK(assemble(pieces(capture({"10.0.0.9", "10.0.0.8"}), log("SRV01", "Schannel", 36870, 0)), {}).size() ==
        3);
}

TEST_CASE("the logs of client and host become one case when the client's names the host") {
  auto cases = assemble(pieces(accepted("SRV01.corp.example", "10.0.0.5:51234"),
                               log("PC7", "TerminalServices-ClientActiveXCore", 1024, 1'400,
                                   {{"Name", "Server Name"}, {"Value", "srv01"}})),
                        {});
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].events.size() == 2);
  CHECK(cases[0].events[0].id == 1024);
}

TEST_CASE("a text's one disconnect code is the complaint, with its extended code") {
  auto cases =
      assemble(pieces(capture({"10.0.0.9"}), told("disconnect", 0x904, 3), told("extended", 7, 3)), {});
  REQUIRE(cases.size() == 1);
  REQUIRE(cases[0].complaint);
  CHECK(cases[0].complaint->code == 0x904);
  CHECK(cases[0].complaint->extended == 7u);
  auto two = assemble(pieces(told("disconnect", 0x904, 3), told("disconnect", 0x204, 4)), {});
  CHECK_FALSE(two.at(0).complaint);
}

TEST_CASE("the reason in the client's own log is the complaint when no text tells one") {
  auto begun = log("PC7", "TerminalServices-ClientActiveXCore", 1024, 0, {{"Value", "srv01"}});
  auto ended = log("PC7", "TerminalServices-ClientActiveXCore", 1026, 900, {{"Value", "2308"}});
  auto cases = assemble(pieces(std::move(begun), std::move(ended)), {});
  REQUIRE(cases.size() == 1);
  REQUIRE(cases[0].complaint);
  CHECK(cases[0].complaint->code == 2308);
  CHECK(cases[0].target.host == "srv01");
}

TEST_CASE("--host chooses, and --code stands above what texts tell") {
  Wanted wanted;
  wanted.host = "10.0.0.8";
  wanted.complaint = evidence::Complaint{0x204, {}};
  auto cases = assemble(pieces(capture({"10.0.0.9", "10.0.0.8"}), told("disconnect", 0x904, 1)), wanted);
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].target.host == "10.0.0.8");
  CHECK(cases[0].complaint->code == 0x204);
}

TEST_CASE("a text that names a host is of that host, any other of all") {
  auto cases = assemble(pieces(capture({"10.0.0.9", "10.0.0.8"}), told("freerdp", 0x20008, 1, "10.0.0.8"),
                               told("freerdp", 0x2000D, 2)),
                        {});
  const CaseFile* named = of_host(cases, "10.0.0.8");
  const CaseFile* other = of_host(cases, "10.0.0.9");
  REQUIRE(named);
  REQUIRE(other);
  CHECK(named->told.size() == 2);
  CHECK(other->told.size() == 1);
}

TEST_CASE("our own case and a capture of the same host are one, by the earlier beginning") {
  CaseFile own;
  own.target = {"srv01", "srv01", 3389, false, {"10.0.0.9"}};
  own.run.started = {start - 5'000};
  own.connections.push_back({});
  own.connections[0].source = "probe";
  own.connections[0].started_ms = 12.5;
  Piece p;
  p.cases.push_back(own);
  auto cases = assemble(pieces(capture({"10.0.0.9"}), std::move(p)), {});
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].target.host == "srv01");
  REQUIRE(cases[0].connections.size() == 2);
  CHECK(cases[0].connections[0].source == "probe");
  CHECK(cases[0].connections[0].started_ms == 12.5);
  CHECK(cases[0].connections[1].started_ms == 6'000);
  CHECK(cases[0].run.started.ms == start - 5'000);
}

TEST_CASE("the name that all clients asked for names the case") {
  Piece p = capture({"10.0.0.9"});
  p.connections[0].facts.tls.client_hello.emplace();
  p.connections[0].facts.tls.client_hello->server_name = "srv01.corp.example";
  auto cases = assemble(pieces(std::move(p)), {});
  CHECK(cases.at(0).target.host == "srv01.corp.example");
  CHECK_FALSE(cases.at(0).target.is_address);
  CHECK(cases.at(0).target.addresses == std::vector<std::string>{"10.0.0.9"});
}

TEST_CASE("UDP without a connection is a case of its own, beside one it is of that host") {
  PieceUdp u;
  u.at = {start + 3'000};
  u.facts.address = "10.0.0.9";
  u.facts.port = 3389;
  Piece alone;
  alone.udp.push_back(u);
  auto cases = assemble(pieces(std::move(alone)), {});
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].target.host == "10.0.0.9");
  CHECK(cases[0].udp.size() == 1);
  Piece beside = capture({"10.0.0.9"});
  beside.udp.push_back(u);
  cases = assemble(pieces(std::move(beside)), {});
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].udp.at(0).started_ms == 2'000);
}

TEST_CASE("nothing gives one case without a host") {
  auto cases = assemble({}, {});
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].target.host.empty());
}

}  // namespace rdpdoctor::analyze
