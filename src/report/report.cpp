#include "report/report.h"

#include "evidence/json.h"
#include "report/client_topics.h"
#include "report/ladder.h"
#include "report/topics.h"

namespace rdpdoctor::report {

Report make_report(evidence::CaseFile evidence) {
  Report r;
  r.evidence = std::move(evidence);
  r.diagnosis = causes::diagnose(r.evidence);
  if (!only_inspected(r.evidence)) r.stages = ladder(r.evidence, r.diagnosis);
  for (StageLine& line : topic_ladder(r.evidence, r.diagnosis)) r.stages.push_back(std::move(line));
  for (StageLine& line : client_ladder(r.evidence, r.diagnosis)) r.stages.push_back(std::move(line));
  return r;
}

bool only_inspected(const evidence::CaseFile& c) {
  return c.host && c.connections.empty() && c.udp.empty() &&
         c.name.outcome == evidence::NameOutcome::not_tried;
}

std::string_view rung_name(const StageLine& line) {
  if (line.client) return name_of(*line.client);
  return line.topic ? evidence::name_of(*line.topic) : evidence::name_of(line.stage);
}

std::string target_words(const evidence::Target& target) {
  if (target.host.empty()) return "a host that is not named";
  bool v6 = target.host.find(':') != std::string::npos;
  return (v6 ? "[" + target.host + "]:" : target.host + ":") + std::to_string(target.port);
}

std::string_view word(causes::Certainty c) {
  switch (c) {
    case causes::Certainty::proven: return "proven";
    case causes::Certainty::likely: return "likely";
    case causes::Certainty::possible: return "possible";
  }
  return "";
}

std::string_view word(causes::Health h) {
  switch (h) {
    case causes::Health::healthy: return "healthy";
    case causes::Health::degraded: return "degraded";
    case causes::Health::failing: return "failing";
    case causes::Health::unknown: return "unknown";
  }
  return "";
}

std::string_view word(causes::Machine m) {
  switch (m) {
    case causes::Machine::client: return "client";
    case causes::Machine::path: return "path";
    case causes::Machine::host: return "host";
  }
  return "";
}

std::string_view word(Outcome o) {
  switch (o) {
    case Outcome::passed: return "passed";
    case Outcome::failed: return "failed";
    case Outcome::warning: return "warning";
    case Outcome::skipped: return "skipped";
  }
  return "";
}

}  // namespace rdpdoctor::report
