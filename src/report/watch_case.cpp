#include "report/watch_case.h"

#include <algorithm>

#include "report/watch_patterns.h"

namespace rdpdoctor::report {

using evidence::CaseFile;
using evidence::Connection;

void WatchCase::add(CaseFile round) {
  bool good = watch_round(round, 1).healthy();
  Instant at = round.run.started;
  if (began_.ms == 0) began_ = at;
  auto& kept = good ? good_ : failed_;
  for (Connection& c : round.connections) {
    c.pdus.clear();
    kept.push_back({std::move(c), at});
    if (kept.size() > most_kept) kept.pop_front();
  }
  // A name that fails now and then would otherwise stand beside connections that it can't have led to.
  bool any = !round.connections.empty();
  if (!any && frame_has_connection_) return;
  frame_has_connection_ = any;
  round.connections.clear();
  frame_ = std::move(round);
}

CaseFile WatchCase::merged(const WatchTally& tally) const {
  CaseFile c = frame_;
  bool only_since = time_shape(tally) == TimeShape::since;
  std::vector<const Kept*> list;
  for (const auto* kept : {&failed_, &good_}) {
    for (const Kept& k : *kept) {
      if (!only_since || k.round >= tally.last_row().from) list.push_back(&k);
    }
  }
  auto offset_ms = [&](const Kept& k) { return static_cast<double>(k.round.ms - began_.ms); };
  std::ranges::stable_sort(list, {}, [&](const Kept* k) { return offset_ms(*k) + k->connection.started_ms; });
  for (const Kept* k : list) {
    Connection conn = k->connection;
    conn.number = static_cast<int>(c.connections.size()) + 1;
    conn.asked.what = conn.number == 1 ? "standard" : "standard again " + std::to_string(conn.number);
    conn.started_ms += offset_ms(*k);
    c.connections.push_back(std::move(conn));
  }
  c.run.started = began_;
  c.run.ms = static_cast<double>(tally.last_round().ms - began_.ms) + frame_.run.ms;
  c.run.light = true;
  c.run.interrupted = false;
  return c;
}

}  // namespace rdpdoctor::report
