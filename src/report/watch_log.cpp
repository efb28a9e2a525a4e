#include "report/watch_log.h"

#include <nlohmann/json.hpp>

#include "evidence/json.h"

namespace rdpdoctor::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "rdpdoctor.watch/1";

std::string line(const Json& j) {
  return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json counts(const WatchTally& tally) {
  Json out = Json::object();
  for (const OutcomeCount& o : tally.outcomes()) out[o.outcome] = o.rounds;
  return out;
}

template <class T>
void put(Json& j, const char* key, const std::optional<T>& value) {
  if constexpr (std::is_same_v<T, double>) {
    if (value) j[key] = rounded_ms(*value);
  } else {
    if (value) j[key] = *value;
  }
}

void put(Json& j, const char* key, const std::string& value) {
  if (!value.empty()) j[key] = value;
}

}  // namespace

std::string watch_log_start(const evidence::Target& target, Instant at, double interval_ms,
                            double timeout_ms) {
  return line({{"schema", schema},
               {"event", "start"},
               {"at", to_rfc3339(at)},
               {"target", {{"asked", target.asked}, {"host", target.host}, {"port", target.port}}},
               {"interval_ms", interval_ms},
               {"timeout_ms", timeout_ms}});
}

std::string watch_log_change(const WatchRound& r, const WatchChange& change) {
  Json j = {{"event", "change"},
            {"at", to_rfc3339(r.at)},
            {"round", r.number},
            {"outcome", r.outcome},
            {"healthy", r.healthy()}};
  if (r.stage) j["stage"] = evidence::name_of(*r.stage);
  put(j, "address", r.address);
  if (!r.dead.empty()) j["dead_addresses"] = r.dead;
  put(j, "certificate", r.certificate);
  put(j, "computer", r.computer);
  j["ms"] = rounded_ms(r.ms);
  put(j, "connect_ms", r.connect_ms);
  put(j, "rtt_ms", r.rtt_ms);
  put(j, "mss", r.mss);
  put(j, "path_mtu", r.path_mtu);
  put(j, "retransmits", r.retransmits);
  put(j, "before", change.before);
  if (change.before_rounds != 0) j["before_rounds"] = change.before_rounds;
  if (!change.seen_first.empty()) j["seen_first"] = change.seen_first;
  return line(j);
}

std::string watch_log_heartbeat(const WatchTally& tally) {
  return line({{"event", "heartbeat"},
               {"at", to_rfc3339(tally.last_round())},
               {"round", tally.rounds()},
               {"failed", tally.failed()},
               {"counts", counts(tally)}});
}

std::string watch_log_end(const WatchTally& tally, Instant at, bool interrupted) {
  return line({{"event", "end"},
               {"at", to_rfc3339(at)},
               {"rounds", tally.rounds()},
               {"failed", tally.failed()},
               {"counts", counts(tally)},
               {"interrupted", interrupted}});
}

bool is_watch_log(std::string_view first_line) {
  Json j = Json::parse(first_line, nullptr, /* allow_exceptions= */ false);
  return j.is_object() && j.contains("schema") && j["schema"] == schema;
}

}  // namespace rdpdoctor::report
