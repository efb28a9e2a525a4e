// Windows event logs: from records to the events that say something of Remote Desktop.
#pragma once

#include <deque>
#include <map>
#include <tuple>

#include "analyze/event_interest.h"
#include "analyze/piece.h"
#include "formats/evtx.h"

namespace rdpdoctor::analyze {

// Takes records one by one and keeps the newest of each provider and id whole (most_kept); all are counted.
class EventKeeper {
 public:
  explicit EventKeeper(std::string source);
  void take(const formats::EventRecord& record);
  [[nodiscard]] Piece finish(const formats::EvtxTotals& totals) &&;

 private:
  using Key = std::tuple<std::string, std::uint32_t, std::string>;  // provider, id, computer
  Piece piece_;
  std::map<Key, evidence::EventCount> counts_;
  std::map<std::pair<std::string, std::uint32_t>, std::deque<evidence::Event>> kept_;  // oldest first
};

// .evtx or XML. An error only when it is neither, or can't be read at all. `threads` that decode, in all; 0:
// as many as there are cores.
[[nodiscard]] Result<Piece> read_event_log(ByteSource& file, const std::string& source, const Tick& tick = {},
                                           unsigned threads = 0);

}  // namespace rdpdoctor::analyze
