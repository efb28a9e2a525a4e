// Schema rdpdoctor.diagnosis/1.
#include "evidence/json.h"

#include "report/cause_json.h"
#include "report/report.h"

namespace rdpdoctor::report {

using Json = nlohmann::ordered_json;

Json cause_json(const causes::RankedCause& r) {
  Json evidence = Json::array();
  for (const auto& line : r.found.evidence)
    evidence.push_back({{"source", line.source}, {"text", line.text}});
  Json out = {{"id", r.cause->id},
              {"title", r.cause->title},
              {"certainty", word(r.found.certainty)},
              {"explains", r.found.explains},
              {"stage", evidence::name_of(causes::stage_of(r))},
              {"machine", word(r.cause->machine)},
              {"evidence", evidence},
              {"fixes", r.cause->fixes}};
  if (!r.found.headline.empty()) out["headline"] = r.found.headline;
  if (!r.folded.empty()) out["folds"] = r.folded;
  return out;
}

std::string json(const Report& report) {
  const auto& target = report.evidence.target;
  Json out = {{"schema", "rdpdoctor.diagnosis/1"},
              {"target",
               {{"asked", target.asked},
                {"host", target.host},
                {"port", target.port},
                {"addresses", target.addresses}}},
              {"verdict", word(report.diagnosis.health)}};
  out["stages"] = Json::array();
  for (const auto& line : report.stages) {
    out["stages"].push_back({{"stage", rung_name(line)},
                             {"outcome", word(line.outcome)},
                             {"summary", line.summary},
                             {"ms", rounded_ms(line.ms)}});
  }
  out["causes"] = Json::array();
  for (const auto& r : report.diagnosis.causes) out["causes"].push_back(cause_json(r));
  out["excluded"] = Json::array();
  for (const auto& e : report.diagnosis.excluded) {
    out["excluded"].push_back({{"id", e.cause->id}, {"because", e.because}});
  }
  out["untested"] = Json::array();
  for (const auto& u : report.diagnosis.untested)
    out["untested"].push_back({{"id", u.cause->id}, {"needs", u.needs}});
  out["evidence"] = Json::parse(evidence::to_json(report.evidence), nullptr, false);
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rdpdoctor::report
