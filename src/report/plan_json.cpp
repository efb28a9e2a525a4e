// Schemas rdpdoctor.plan/1 and rdpdoctor.undo/1, described in docs/fixes.md.
#include <nlohmann/json.hpp>

#include "report/plan.h"

namespace rdpdoctor::report {
namespace {

using Json = nlohmann::ordered_json;

Json change_json(const fixes::Change& change) {
  return {{"type", fixes::type_of(change)},
          {"target", fixes::target_of(change)},
          {"says", change.says},
          {"before", fixes::before_words(change)},
          {"after", fixes::after_words(change)},
          {"before_known", change.before_known}};
}

Json fix_json(const PlannedFix& f) {
  const fixes::Fix& fix = *f.plan.fix;
  Json out = {{"id", fix.id},
              {"title", fix.title},
              {"side", word(fix.side)},
              {"risk", word(fix.risk)},
              {"interrupts", fix.interrupts},
              {"takes_effect", fix.takes_effect},
              {"weakens_security", fix.weakens},
              {"destroys", fix.destroys},
              {"verified_by", fix.verified_by},
              {"for_causes", f.for_causes},
              {"state", word(f.plan.state)},
              {"why", f.plan.why},
              {"needs_running", f.plan.needs_running}};
  out["changes"] = Json::array();
  for (const fixes::Change& change : f.plan.changes) out["changes"].push_back(change_json(change));
  out["notes"] = f.plan.notes;
  out["advice"] = f.plan.advice;
  return out;
}

Json standings_json(const std::vector<fixes::ChangeStanding>& standings) {
  Json out = Json::array();
  for (const fixes::ChangeStanding& s : standings) {
    Json one = {{"fix", s.fix}};
    one.update(change_json(s.change));
    one["standing"] = word(s.standing);
    if (!s.now.empty()) one["now"] = s.now;
    out.push_back(std::move(one));
  }
  return out;
}

Json outcome_json(const fixes::Outcome& o) {
  return {{"state", word(o.state)},
          {"changes", standings_json(o.changes)},
          {"in_the_way", standings_json(o.in_the_way)},
          {"error", o.error ? Json(to_text(*o.error)) : Json()}};
}

Json judgement_json(const std::optional<Judgement>& judgement) {
  if (!judgement) return {};
  Json out = {{"verdict", word(judgement->health)}, {"causes", Json::array()}};
  for (const Judgement::Finding& f : judgement->causes)
    out["causes"].push_back({{"id", f.id}, {"certainty", word(f.certainty)}, {"folds", f.folded}});
  return out;
}

Json untreated_json(const std::vector<Untreated>& list) {
  Json out = Json::array();
  for (const Untreated& u : list)
    out.push_back({{"cause", u.cause}, {"certainty", word(u.certainty)}, {"fixes", u.fixes}});
  return out;
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string json(const FixReport& r) {
  const bool done = r.outcome && r.outcome->state == fixes::Outcome::State::done;
  Json out = {{"schema", "rdpdoctor.plan/1"},
              {"target", r.target},
              {"machine", {{"name", r.machine}, {"guid", r.guid}}}};
  out["fixes"] = Json::array();
  for (const PlannedFix& f : r.fixes) out["fixes"].push_back(fix_json(f));
  out["untreated"] = untreated_json(r.untreated);
  out["not_ready"] = r.not_ready;
  out["applied"] = done;
  out["run"] = r.outcome ? r.outcome->run : "";
  out["journal"] = r.outcome ? r.outcome->journal : "";
  out["outcome"] = r.outcome ? outcome_json(*r.outcome) : Json();
  out["before"] = judgement_json(r.before);
  out["after"] = judgement_json(r.after);
  return dumped(out);
}

std::string json(const UndoReport& r) {
  return dumped({{"schema", "rdpdoctor.undo/1"},
                 {"target", r.target},
                 {"applied", !r.only_shown && r.outcome.state == fixes::Outcome::State::done},
                 {"run", r.outcome.run},
                 {"journal", r.outcome.journal},
                 {"outcome", outcome_json(r.outcome)}});
}

}  // namespace rdpdoctor::report
