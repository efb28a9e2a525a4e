#include "analyze/event_log.h"

#include <doctest/doctest.h>

namespace rdpdoctor::analyze {
namespace {

formats::EventRecord record(std::string provider, std::uint32_t id, std::uint64_t number, std::int64_t at_ms,
                            std::vector<formats::EventValue> data = {}) {
  formats::EventRecord r;
  r.provider = std::move(provider);
  r.id = id;
  r.record = number;
  r.created = Instant{at_ms};
  r.channel = "System";
  r.computer = "SRV01";
  r.data = std::move(data);
  return r;
}

constexpr auto core_ts = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS";

}  // namespace

TEST_CASE("a provider is told by its short name, whatever its case") {
  CHECK(short_provider("Microsoft-Windows-Security-Auditing") == "Security-Auditing");
  CHECK(short_provider("Schannel") == "Schannel");
  CHECK(is_of_interest("Schannel", 36870));
  CHECK(is_of_interest("microsoft-windows-remotedesktopservices-rdpcorets", 131));
  CHECK_FALSE(is_of_interest(core_ts, 72));
  CHECK_FALSE(is_of_interest("Microsoft-Windows-Kernel-General", 16));
}

TEST_CASE("of logons only those over the network and of remote sessions are kept") {
  auto logon = [](std::string type) {
    return record("Microsoft-Windows-Security-Auditing", 4624, 1, 0, {{"LogonType", std::move(type)}});
  };
  CHECK(is_of_interest(logon("3")));
  CHECK(is_of_interest(logon("10")));
  CHECK_FALSE(is_of_interest(logon("5")));
  CHECK_FALSE(is_of_interest(logon("2")));
}

TEST_CASE("of services only those that Remote Desktop needs are kept") {
  auto stopped = [](std::string service) {
    return record("Service Control Manager", 7034, 1, 0, {{"param1", std::move(service)}});
  };
  CHECK(is_of_interest(stopped("Remote Desktop Services")));
  CHECK(is_of_interest(stopped("TermService")));
  CHECK_FALSE(is_of_interest(stopped("Print Spooler")));
}

TEST_CASE("events keep what the record says") {
  EventKeeper keeper("System.evtx");
  keeper.take(record("Schannel", 36870, 4711, 5000, {{"Type", "server"}, {"ErrorCode", "0x8009030D\x1b"}}));
  keeper.take(record("Microsoft-Windows-Kernel-General", 16, 4712, 6000));
  Piece piece = std::move(keeper).finish({.records = 2});
  REQUIRE(piece.events.size() == 1);
  const evidence::Event& e = piece.events[0];
  CHECK(e.source == "System.evtx");
  CHECK(e.provider == "Schannel");
  CHECK(e.record == 4711);
  CHECK(e.at.ms == 5000);
  REQUIRE(e.data.size() == 2);
  CHECK(e.data[1].value == "0x8009030D\\x1b");
  CHECK(piece.read.records == 2);
  CHECK(piece.read.kind == "event log");
  CHECK(piece.read.channel == "System");
  CHECK(piece.read.computer == "SRV01");
  CHECK(piece.read.first == Instant{5000});
}

TEST_CASE("the newest are kept whole, in order of time, and all are counted") {
  EventKeeper keeper("RdpCoreTS.evtx");
  for (int i = 0; i < 250; ++i) {
    int at = i < 125 ? 125 + i : i - 125;  // a log that was wound round
    keeper.take(record(core_ts, 140, static_cast<std::uint64_t>(at), at));
  }
  Piece piece = std::move(keeper).finish({.records = 250});
  REQUIRE(piece.events.size() == 200);
  CHECK(piece.events.front().at.ms == 50);
  CHECK(piece.events.back().at.ms == 249);
  CHECK(piece.read.left_out == 50);
  REQUIRE(piece.event_counts.size() == 1);
  CHECK(piece.event_counts[0].times == 250);
  CHECK(piece.event_counts[0].first.ms == 0);
  CHECK(piece.event_counts[0].last.ms == 249);
}

TEST_CASE("a record with endless values takes bounded room") {
  EventKeeper keeper("a.evtx");
  std::vector<formats::EventValue> data(5000, {"n", std::string(100'000, 'x')});
  keeper.take(record("Schannel", 36888, 1, 0, std::move(data)));
  Piece piece = std::move(keeper).finish({});
  std::size_t size = 0;
  for (const auto& v : piece.events.at(0).data) size += v.value.size();
  CHECK(size < 4096);
}

TEST_CASE("damage is counted and named") {
  Piece piece = EventKeeper("a.evtx").finish({.records = 7,
                                              .damaged_chunks = 1,
                                              .damaged_records = 2,
                                              .cut_off = true,
                                              .problem = "chunk 3: magic"});
  CHECK(piece.read.damaged == 4);
  CHECK(piece.read.problem == "chunk 3: magic");
}

TEST_CASE("what is no event log is an error that says so") {
  Bytes text{'h', 'e', 'l', 'l', 'o'};
  auto file = over(text);
  auto piece = read_event_log(*file, "a.txt");
  REQUIRE_FALSE(piece);
  CHECK(piece.error().kind == ErrorKind::malformed);
}

}  // namespace rdpdoctor::analyze
