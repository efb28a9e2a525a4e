// A comparison for a person, and as JSON.
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "evidence/json.h"
#include "fmt/core.h"
#include "report/comparison.h"
#include "report/comparison_facts.h"
#include "report/layout.h"

namespace rdpdoctor::report {
namespace {

using Json = nlohmann::ordered_json;

std::string when(const Report& r) {
  return r.evidence.run.started.ms == 0 ? "time not told" : to_rfc3339(r.evidence.run.started);
}

std::string verdict_words(const Report& r) {
  std::string out(word(r.diagnosis.health));
  if (r.diagnosis.causes.empty()) return out;
  const auto& top = r.diagnosis.causes.front();
  return fmt::format("{}: {} ({})", out, top.cause->id, word(top.found.certainty));
}

std::string run_line(char letter, const ComparedRun& run, const TerminalStyle& style) {
  const auto& t = run.report.evidence.target;
  RunFacts f = facts_of(run.report);
  std::string text = fmt::format("{}: {} port {}{}, {}, {}", printable(run.label, 120), printable(t.host, 80),
                                 t.port, f.address.empty() ? "" : " at " + printable(f.address, 60),
                                 when(run.report), verdict_words(run.report));
  return hanging(fmt::format("{}  ", letter), text, style.width);
}

std::string difference_lines(const Difference& d, const TerminalStyle& style) {
  std::string lead = fmt::format("  {} {} ", padded(evidence::name_of(d.stage), 6), d.matters ? "!" : "·");
  std::string out = hanging(lead, d.text, style.width);
  out += hanging("           A  ", d.a.empty() ? "-" : d.a, style.width);
  return out + hanging("           B  ", d.b.empty() ? "-" : d.b, style.width);
}

std::string_view headline(Localized where) {
  switch (where) {
    case Localized::client: return "It points to the client.";
    case Localized::path: return "It points to the way between, not to the host as such.";
    case Localized::host: return "It points to the host or what is near it.";
    case Localized::name: return "It points to the name.";
    case Localized::unknown: break;
  }
  return "The two runs do not tell where it is.";
}

Json run_json(const ComparedRun& run) {
  const Report& r = run.report;
  const auto& t = r.evidence.target;
  RunFacts f = facts_of(r);
  Json out = {
      {"file", run.label},
      {"target", {{"asked", t.asked}, {"host", t.host}, {"port", t.port}, {"addresses", t.addresses}}},
      {"verdict", word(r.diagnosis.health)},
      {"outcome", f.outcome}};
  if (r.evidence.run.started.ms != 0) out["started"] = to_rfc3339(r.evidence.run.started);
  if (!f.address.empty()) out["address"] = f.address;
  if (f.stage) out["fails_at"] = evidence::name_of(*f.stage);
  out["causes"] = Json::array();
  for (const auto& c : r.diagnosis.causes) {
    out["causes"].push_back(
        {{"id", c.cause->id}, {"certainty", word(c.found.certainty)}, {"explains", c.found.explains}});
  }
  return out;
}

}  // namespace

std::string terminal(const Comparison& c, const TerminalStyle& style) {
  std::string out = run_line('A', c.a, style) + run_line('B', c.b, style) + "\n";
  for (const Difference& d : c.differences) out += difference_lines(d, style);
  if (c.differences.empty()) out += "  nothing differs that was looked at in both\n";
  out += "\n" + inked(headline(c.localizes), Ink::strong, style) + "\n";
  out += hanging("  why   ", c.why, style.width);
  if (!c.next.empty()) out += advice_step("  next  ", c.next, style.width);
  return out;
}

std::string json(const Comparison& c) {
  Json out = {{"schema", "rdpdoctor.comparison/1"}, {"a", run_json(c.a)}, {"b", run_json(c.b)}};
  out["differences"] = Json::array();
  for (const Difference& d : c.differences) {
    out["differences"].push_back({{"stage", evidence::name_of(d.stage)},
                                  {"a", d.a},
                                  {"b", d.b},
                                  {"text", d.text},
                                  {"matters", d.matters}});
  }
  out["localizes"] = word(c.localizes);
  out["why"] = c.why;
  if (!c.next.empty()) out["next"] = c.next;
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rdpdoctor::report
