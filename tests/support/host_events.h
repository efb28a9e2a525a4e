// Event logs of the machines of tests/hosts: from a case's "events" to .evtx files, one for each channel.
#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "base/time.h"
#include "support/evtx_writer.h"

namespace rdpdoctor::test {

// One event as text elements, as Windows' own tools write what has no template.
inline void write_event(EvtxChunkWriter& c, const nlohmann::json& event, std::uint64_t number) {
  const std::string at = event.value("at", "2026-11-20T12:00:00Z");
  c.record(number, to_filetime(from_rfc3339(at).value_or(Instant{})));
  c.fragment().open("Event").content().open("System").content();
  c.open("Provider", true).attribute("Name").text(event.value("provider", "")).close_empty();
  c.element("EventID", std::to_string(event.value("id", 0)));
  c.element("Level", std::to_string(event.value("level", 4)));
  c.open("TimeCreated", true).attribute("SystemTime").text(at).close_empty();
  c.element("EventRecordID", std::to_string(number));
  c.element("Channel", event.value("channel", "System"));
  c.element("Computer", event.value("computer", "RDS01"));
  c.close().open("EventData").content();
  for (const auto& pair : event.value("data", nlohmann::json::array())) {
    const auto name = pair.at(0).get<std::string>();
    c.open("Data", !name.empty());
    if (!name.empty()) c.attribute("Name").text(name);
    c.content().text(pair.at(1).get<std::string>()).close();
  }
  c.close().close().end_of_fragment();
  c.done();
}

// As Windows names a channel's file.
inline std::string log_name(std::string channel) {
  for (std::size_t at = channel.find('/'); at != std::string::npos; at = channel.find('/'))
    channel.replace(at, 1, "%4");
  return channel + ".evtx";
}

// By channel. Events need no order; records get that of time, as a log has.
inline std::map<std::string, Bytes> event_logs(const nlohmann::json& events) {
  std::map<std::string, std::vector<nlohmann::json>> channels;
  for (const auto& event : events) channels[event.value("channel", "System")].push_back(event);
  std::map<std::string, Bytes> out;
  for (auto& [channel, all] : channels) {
    std::ranges::stable_sort(all, {}, [](const auto& e) { return e.value("at", ""); });
    std::vector<Bytes> chunks;
    EvtxChunkWriter chunk;
    std::uint64_t number = 0;
    for (const auto& event : all) {
      if (60'000 < chunk.size()) {
        chunks.push_back(chunk.chunk());
        chunk = {};
      }
      write_event(chunk, event, ++number);
    }
    chunks.push_back(chunk.chunk());
    out[channel] = evtx_file(chunks);
  }
  return out;
}

}  // namespace rdpdoctor::test
