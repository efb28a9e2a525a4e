// Event logs for the tests of the decoder: one event's template, chunks of it, and reading them back.
#pragma once

#include <doctest/doctest.h>

#include "formats/evtx.h"
#include "support/evtx_writer.h"

namespace rdpdoctor::test {

using formats::EventRecord;
using formats::EventValue;
using formats::EvtxOptions;
using formats::EvtxTotals;
using Chunk = EvtxChunkWriter;

struct Read {
  EvtxTotals totals;
  std::vector<EventRecord> records;
};

inline Read read(const Bytes& file, const EvtxOptions& options = {}) {
  Read out;
  auto source = over(file);
  auto totals = read_evtx(*source, options, [&](const EventRecord& r) { out.records.push_back(r); });
  REQUIRE(totals.has_value());
  out.totals = *totals;
  return out;
}

inline std::string data_of(const EventRecord& record) {
  std::string out;
  for (const EventValue& v : record.data) out.append(v.name).append("=").append(v.value).append(";");
  return out;
}

inline Bytes u(std::uint64_t value, std::size_t size) {
  Bytes out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  return out;
}

// The content of the template that most tests use: values 0 to 4 are id, time, record, user and the data.
inline void define_event(Chunk& c) {
  c.fragment()
      .open("Event", true)
      .attribute("xmlns")
      .text("http://schemas.microsoft.com/win/2004/08/events/event")
      .content();
  c.open("System").content();
  c.open("Provider", true).attribute("Name").text("Microsoft-Windows-Test").close_empty();
  c.open("EventID", true).attribute("Qualifiers").text("16384").content().value(0, 6).close();
  c.element("Level", "4");
  c.open("TimeCreated", true).attribute("SystemTime").value(1, 0x11).close_empty();
  c.open("EventRecordID").content().value(2, 10).close();
  c.open("Execution", true).attribute("ProcessID").text("816").attribute("ThreadID").text("1").close_empty();
  c.element("Channel", "Test/Operational").element("Computer", "srv-fin-02");
  c.open("Security", true).attribute("UserID").value(3, 0x13, true).close_empty();
  c.close();
  c.open("EventData").content();
  c.open("Data", true).attribute("Name").text("ClientIP").content().value(4).close();
  c.close().close().end_of_fragment();
}

inline std::vector<Chunk::Value> event_values(std::uint16_t id, std::uint64_t record,
                                              const std::string& data) {
  return {{6, u(id, 2)},
          {0x11, u(132'841'239'323'518'358, 8)},
          {10, u(record, 8)},
          {0x13, {1, 1, 0, 0, 0, 0, 0, 5, 20, 0, 0, 0}},
          {1, utf8_to_utf16le(data)}};
}

// Records number `first` on, ids 100, 101 …; the first defines the template, the others name it.
inline Chunk chunk_of(std::size_t count, std::uint64_t first = 1) {
  Chunk c;
  std::uint32_t definition = 0;
  for (std::size_t i = 0; i < count; ++i) {
    c.record(first + i);
    c.fragment();
    if (i == 0) {
      definition = c.instance();
      define_event(c);
      c.defined();
    } else {
      c.instance_of(definition);
    }
    c.values(event_values(static_cast<std::uint16_t>(100 + i), first + i, "10.0.0.7:50123"))
        .end_of_fragment();
    c.done();
  }
  return c;
}

}  // namespace rdpdoctor::test
