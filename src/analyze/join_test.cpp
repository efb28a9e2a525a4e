#include "analyze/join.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace rdpdoctor::analyze {
namespace {

using evidence::CaseFile;
using evidence::Connection;
using evidence::Event;

constexpr std::int64_t start = 1'800'000'000'000;

Connection connection(int number, std::int64_t at_ms, std::string client) {
  Connection conn;
  conn.number = number;
  conn.source = "client.pcap";
  conn.seen.emplace();
  conn.seen->at = {start + at_ms};
  conn.seen->client = std::move(client);
  conn.asked.what = "client";
  conn.tcp.outcome = evidence::TcpOutcome::connected;
  conn.ended_ms = 400;
  return conn;
}

void add(CaseFile& c, std::string source, std::string provider, std::uint32_t id, std::int64_t at_ms,
         std::vector<evidence::EventValue> data = {}, std::string computer = "SRV01") {
  Event e;
  e.source = std::move(source);
  e.provider = std::move(provider);
  e.id = id;
  e.record = c.events.size() + 1;
  e.at = {start + at_ms};
  e.computer = std::move(computer);
  e.data = std::move(data);
  c.event_counts.push_back({e.source, e.provider, e.id, e.computer, 1, e.at, e.at});
  c.events.push_back(std::move(e));
  std::stable_sort(c.events.begin(), c.events.end(), [](auto& a, auto& b) { return a.at < b.at; });
}

void accepted(CaseFile& c, std::int64_t at_ms, std::string client) {
  add(c, "RdpCoreTS.evtx", "RemoteDesktopServices-RdpCoreTS", 131, at_ms,
      {{"ConnType", "TCP"}, {"ClientIP", std::move(client)}});
}

}  // namespace

TEST_CASE("an accepted connection is found by its port, and gives the clocks' distance") {
  CaseFile c;
  c.connections = {connection(1, 0, "10.0.0.5:51234"), connection(2, 60'000, "10.0.0.5:51235")};
  accepted(c, 2'300, "10.0.0.5:51234");
  accepted(c, 62'310, "10.0.0.5:51235");
  accepted(c, -500'000, "10.0.0.7:40000");
  add(c, "System.evtx", "Schannel", 36870, 2'400);
  join(c);
  REQUIRE(c.clocks.size() == 1);
  CHECK(c.clocks[0].source == "RdpCoreTS.evtx");
  CHECK(c.clocks[0].against == "client.pcap");
  CHECK(c.clocks[0].pairs == 2);
  CHECK(c.clocks[0].ahead_ms >= 2'300);
  CHECK(c.clocks[0].ahead_ms <= 2'310);
  CHECK(c.connections[0].host_log.state == Presence::present);
  CHECK(c.connections[1].host_log.state == Presence::present);
  for (const Event& e : c.events) {
    if (e.id == 36870) CHECK(e.connection == 1);
    if (e.at.ms < start) CHECK(e.connection == 0);
  }
}

TEST_CASE("IPv6 and mapped addresses meet") {
  CaseFile c;
  c.connections = {connection(1, 0, "[2001:db8::5]:51234"), connection(2, 60'000, "10.0.0.5:51235")};
  accepted(c, 10, "[2001:db8::5%4]:51234");
  accepted(c, 60'010, "[::ffff:10.0.0.5]:51235");
  join(c);
  CHECK(c.connections[0].host_log.state == Presence::present);
  CHECK(c.connections[1].host_log.state == Presence::present);
}

TEST_CASE("behind address translation connections meet by their times") {
  CaseFile c;
  c.connections = {connection(1, 0, "10.0.0.5:51234"), connection(2, 13'000, "10.0.0.5:51235"),
                   connection(3, 47'000, "10.0.0.5:51236")};
  accepted(c, 5'000, "198.51.100.1:1024");
  accepted(c, 18'000, "198.51.100.1:1025");
  accepted(c, 52'000, "198.51.100.1:1026");
  join(c);
  REQUIRE(c.clocks.size() == 1);
  CHECK(c.clocks[0].ahead_ms == 5'000);
  CHECK(c.connections[2].host_log.state == Presence::present);
}

TEST_CASE("a connection that the host's log lacks, though it covers the time, is absent") {
  CaseFile c;
  c.connections = {connection(1, 0, "10.0.0.5:51234")};
  accepted(c, -3'600'000, "10.0.0.7:40000");
  accepted(c, 3'600'000, "10.0.0.7:40001");
  join(c);
  CHECK(c.connections[0].host_log.state == Presence::absent);
}

TEST_CASE("a log that ends before the connection says nothing of it") {
  CaseFile c;
  c.connections = {connection(1, 0, "10.0.0.5:51234")};
  accepted(c, -3'600'000, "10.0.0.7:40000");
  join(c);
  CHECK(c.connections[0].host_log.state == Presence::not_looked);
}

TEST_CASE("an arrival nearby that may be it keeps the answer open") {
  CaseFile c;
  c.connections = {connection(1, 0, "10.0.0.5:51234")};
  accepted(c, -3'600'000, "10.0.0.7:40000");
  add(c, "RCM.evtx", "TerminalServices-RemoteConnectionManager", 261, 200'000);
  accepted(c, 3'600'000, "10.0.0.7:40001");
  join(c);
  CHECK(c.connections[0].host_log.state == Presence::not_looked);
}

TEST_CASE("the log of a computer of another name is not this host's silence") {
  CaseFile c;
  c.connections = {connection(1, 0, "10.0.0.5:51234")};
  c.rdp_settings = {{"x.rdp", "full address", "srv02.corp.example:3389"}};
  accepted(c, -3'600'000, "10.0.0.7:40000");
  accepted(c, 3'600'000, "10.0.0.7:40001");
  join(c);
  CHECK(c.connections[0].host_log.state == Presence::unreadable);
  c.rdp_settings[0].value = "srv01.corp.example";
  join(c);
  CHECK(c.connections[0].host_log.state == Presence::absent);
}

TEST_CASE("a damaged log is unreadable, not absent") {
  CaseFile c;
  c.connections = {connection(1, 0, "10.0.0.5:51234")};
  accepted(c, -3'600'000, "10.0.0.7:40000");
  accepted(c, 3'600'000, "10.0.0.7:40001");
  evidence::SourceRead read;
  read.source = "RdpCoreTS.evtx";
  read.channel = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational";
  read.computer = "SRV01";
  read.damaged = 1;
  c.sources.push_back(read);
  join(c);
  CHECK(c.connections[0].host_log.state == Presence::unreadable);
}

TEST_CASE("a port used again the next day is another connection") {
  CaseFile c;
  c.connections = {connection(1, 0, "10.0.0.5:51234")};
  accepted(c, -86'400'000, "10.0.0.5:51234");
  join(c);
  CHECK(c.connections[0].host_log.state == Presence::not_looked);
  CHECK(c.clocks.empty());
}

TEST_CASE("without a capture the client's log and the host's are joined by time") {
  CaseFile c;
  std::vector<evidence::EventValue> server{{"Name", "Server Name"}, {"Value", "srv01"}};
  add(c, "Client.evtx", "TerminalServices-ClientActiveXCore", 1024, 0, server, "PC7");
  add(c, "Client.evtx", "TerminalServices-ClientActiveXCore", 1024, 13'000, server, "PC7");
  accepted(c, 90'000, "10.0.0.5:51234");
  accepted(c, 103'000, "10.0.0.5:51235");
  join(c);
  REQUIRE(c.clocks.size() == 1);
  CHECK(c.clocks[0].source == "Client.evtx");
  CHECK(c.clocks[0].against == "RdpCoreTS.evtx");
  CHECK(c.clocks[0].ahead_ms == -90'000);
}

}  // namespace rdpdoctor::analyze
