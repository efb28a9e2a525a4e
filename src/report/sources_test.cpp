#include "report/sources.h"

#include <doctest/doctest.h>

#include "report/several.h"

namespace rdpdoctor::report {
namespace {

using evidence::CaseFile;

Instant at(int hour, int minute, int second = 0) {
  return from_civil(2026, 11, 20, hour, minute, second);
}

CaseFile with_sources() {
  CaseFile c;
  c.target = {.asked = "srv01", .host = "srv01"};
  c.sources = {
      {.source = "client.pcap", .kind = "capture", .records = 12, .first = at(2, 14), .last = at(2, 20, 7)},
      {.source = "System.evtx",
       .kind = "event log",
       .computer = "SRV01",
       .records = 1,
       .damaged = 2,
       .left_out = 7,
       .problem = "chunk 3: no magic"}};
  return c;
}

Report healthy(const std::string& host) {
  Report r;
  r.evidence.target.host = host;
  r.evidence.connections.emplace_back();
  r.diagnosis.health = causes::Health::healthy;
  return r;
}

}  // namespace

TEST_CASE("what was read of each source is said, damage and left-out records too") {
  CaseFile c = with_sources();
  CHECK(read_words(c.sources[0]) == "capture, 12 packets, 2026-11-20 02:14:00 to 02:20:07 UTC");
  CHECK(read_words(c.sources[1]) ==
        "event log of SRV01, 1 event; 7 beyond what is kept left out; 2 places damaged, the first: chunk 3: "
        "no magic");
  CHECK(read_words({.source = "b.zip", .kind = "zip archive", .records = 10, .left_out = 4}) ==
        "zip archive, 6 of 10 files read");
}

TEST_CASE("a range of time names the day once, or both") {
  CHECK(time_range(at(2, 14), at(2, 14)) == "2026-11-20 02:14:00 UTC");
  CHECK(time_range(at(2, 14), at(3, 0)) == "2026-11-20 02:14:00 to 03:00:00 UTC");
  CHECK(time_range(at(2, 14), from_civil(2026, 11, 21, 0, 0, 1)) ==
        "2026-11-20 02:14:00 to 2026-11-21 00:00:01 UTC");
  CHECK(time_range(std::nullopt, at(2, 14)).empty());
}

TEST_CASE("clocks that differ are told by how much, those that agree as agreeing") {
  CaseFile c = with_sources();
  c.clocks = {{"System.evtx", "client.pcap", 2300, 20, 3}, {"a.evtx", "client.pcap", -300'000, 5000, 1}};
  std::string lines = sources_lines(c, {});
  CHECK(lines.contains("System.evtx is 2.3 s ahead of client.pcap (3 connections)"));
  CHECK(lines.contains("a.evtx is 5 minutes behind client.pcap (1 connection, within 5.0 s)"));
  c.clocks = {{"System.evtx", "client.pcap", 120, 20, 2}};
  CHECK(sources_lines(c, {}).contains("the clocks of System.evtx and client.pcap agree (2 connections)"));
}

TEST_CASE("of many sources, those that say nothing of the host are summed up") {
  CaseFile c = with_sources();
  for (int i = 0; i < 20; ++i)
    c.sources.push_back({.source = "log" + std::to_string(i), .kind = "event log"});
  c.connections.emplace_back().source = "client.pcap";
  std::string brief = sources_lines(c, {});
  CHECK(brief.contains("client.pcap"));
  CHECK(brief.contains("System.evtx"));  // damaged
  CHECK_FALSE(brief.contains("log7"));
  CHECK(brief.contains("20 more say nothing of this host"));
  CHECK(sources_lines(c, {.verbose = true}).contains("log7"));
}

TEST_CASE("nothing that comes from files is said to be seen from here") {
  CaseFile c = with_sources();
  std::string text = terminal(make_report(c), {});
  CHECK(text.contains("Not told by these files"));
  CHECK_FALSE(text.contains("from here"));
  CHECK_FALSE(text.contains("--timeout"));
}

TEST_CASE("of several hosts the failing come first, and the rest are a line each") {
  std::vector<Report> reports;
  for (int i = 0; i < 4; ++i) reports.push_back(healthy("fine" + std::to_string(i)));
  CaseFile broken;
  broken.target.host = "broken";
  broken.sources.push_back({.source = "x.pcap", .kind = "capture"});
  broken.complaint = evidence::Complaint{2308, 7};
  reports.push_back(make_report(broken));
  reports.back().diagnosis.health = causes::Health::failing;
  worst_first(reports);
  CHECK(reports.front().evidence.target.host == "broken");
  CHECK(reports.back().evidence.target.host == "fine3");
  std::string text = terminal(reports, {}, {});
  CHECK(text.find("broken:3389") < text.find("In short"));
  CHECK(text.find("In short") < text.find("fine0:3389: healthy; 1 connection"));
  CHECK(terminal({healthy("only")}, {}, {}).contains("only:3389"));
  CHECK_FALSE(terminal({healthy("only")}, {}, {}).contains("In short"));
}

TEST_CASE("of very many hosts forty have a line, and the others are counted") {
  std::vector<Report> reports;
  for (int i = 0; i < 100; ++i) reports.push_back(healthy("host" + std::to_string(i)));
  std::string text = terminal(reports, {}, {});
  CHECK(text.contains("host39:3389: healthy"));
  CHECK_FALSE(text.contains("host40:3389"));
  CHECK(text.contains("and 60 more: 60 healthy"));
  CHECK(terminal(reports, {}, {.verbose = true}).contains("host99:3389"));
}

TEST_CASE("evidence that is UDP alone is told as that") {
  CaseFile c;
  c.udp.emplace_back();
  CHECK(evidence_words(c) == "1 UDP exchange");
}

TEST_CASE("a source that holds nothing of Remote Desktop says what was in it and what to give") {
  evidence::SourceRead web{.source = "web.pcap", .kind = "capture", .records = 5};
  std::string text = terminal({}, {{web, 3389}}, {});
  CHECK(text.starts_with("web.pcap: capture, 5 packets: nothing of Remote Desktop"));
  CHECK(text.contains("--port"));
}

TEST_CASE("control characters out of files do not reach the report") {
  CaseFile c = with_sources();
  c.target.host = "\x1b[31mevil";
  c.events.emplace_back().data.push_back({"Name", "a\nb\x07"});
  make_printable(c);
  CHECK(c.target.host == "\\x1b[31mevil");
  CHECK(c.events[0].data[0].value == "a\\x0ab\\x07");
}

TEST_CASE("a client's log without a sign is not called one of something else") {
  SaysNothing log{.read = {.source = "xrdp.log", .kind = "client log", .records = 8}};
  CHECK(terminal({}, {log}, {}).find("nothing that tells of a failure") != std::string::npos);
  SaysNothing capture{.read = {.source = "a.pcap", .kind = "capture", .records = 8}};
  CHECK(terminal({}, {capture}, {}).find("nothing of Remote Desktop in it") != std::string::npos);
}

}  // namespace rdpdoctor::report
