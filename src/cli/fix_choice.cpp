// Which fixes are planned: those that were named, or those that the ranked causes call for.
#include <algorithm>

#include "cli/fix_case.h"

namespace rdpdoctor::cli {
namespace {

using causes::RankedCause;
using fixes::Fix;
using fixes::Plan;

class Chooser {
 public:
  Chooser(FixCase& at, const fixes::Options& options, bool for_script) : at_(at) {
    input_.host = at.host();
    input_.writer = at.writer.get();
    input_.evidence = &at.evidence;
    input_.options = options;
    input_.for_script = for_script;
    input_.earlier = &earlier_;
  }

  void name(const Fix& fix) { out_.fixes.push_back({remembered(plan(fix, input_)), causes_for(fix)}); }

  void treat(const RankedCause& r) {
    if (r.found.note) return;  // no fault
    const std::vector<const Fix*> fixes = fixes_of(*r.cause);
    if (r.found.certainty == causes::Certainty::possible) {
      if (!fixes.empty()) leave(r, fixes);
      return;
    }
    if (std::ranges::none_of(fixes, [&](const Fix* fix) { return try_fix(*fix, r); })) leave(r, fixes);
  }

  FixChoice take() { return std::move(out_); }

 private:
  static std::vector<const Fix*> fixes_of(const causes::Cause& cause) {
    std::vector<const Fix*> out;
    for (const std::string_view id : cause.fixes)
      if (const Fix* fix = fixes::find_fix(id)) out.push_back(fix);
    return out;
  }

  // What was found that names it, by itself or by what it covers.
  std::vector<std::string> causes_for(const Fix& fix) const {
    std::vector<std::string> out;
    auto names_it = [&](const causes::Cause* cause) {
      return cause && std::ranges::find(cause->fixes, fix.id) != cause->fixes.end();
    };
    for (const RankedCause& r : at_.diagnosis.causes) {
      if (names_it(r.cause)) out.emplace_back(r.cause->id);
      for (const std::string& id : r.folded)
        if (names_it(causes::find_cause(id))) out.push_back(id);
    }
    return out;
  }

  // True when it is planned, or was for another cause.
  bool try_fix(const Fix& fix, const RankedCause& r) {
    if (fix.weakens || fix.destroys) return false;  // only when asked for by name
    auto same = std::ranges::find_if(out_.fixes, [&](const auto& f) { return f.plan.fix == &fix; });
    if (same == out_.fixes.end()) same = out_.fixes.insert(same, {planned(fix), {}});
    same->for_causes.emplace_back(r.cause->id);
    return can_be_done(same->plan);
  }

  Plan planned(const Fix& fix) {
    const fixes::Side here = at_.of_client ? fixes::Side::client : fixes::Side::host;
    if (fix.side == here || !at_.host()) return remembered(plan(fix, input_));
    const std::string there(report::word(fix.side));
    Plan refused;
    refused.fix = &fix;
    refused.state = Plan::State::refused;
    refused.why = "it is for the " + there + ", and this is the " + std::string(report::word(here)) +
                  ": rdpdoctor fix " + std::string(fix.id) + " --emit ps1 makes a script for the " + there;
    return refused;
  }

  // The fixes after it plan for what it makes of the machine.
  Plan remembered(Plan plan) {
    if (plan.state == Plan::State::planned)
      earlier_.insert(earlier_.end(), plan.changes.begin(), plan.changes.end());
    return plan;
  }

  void leave(const RankedCause& r, const std::vector<const Fix*>& fixes) {
    report::Untreated u{std::string(r.cause->id), r.found.certainty, {}};
    for (const Fix* fix : fixes) u.fixes.emplace_back(fix->id);
    out_.untreated.push_back(std::move(u));
  }

  FixCase& at_;
  fixes::PlanInput input_;
  std::vector<fixes::Change> earlier_;
  FixChoice out_;
};

}  // namespace

bool can_be_done(const Plan& plan) {
  return plan.state == Plan::State::planned && !plan.needs_running;
}

FixChoice choose_fixes(FixCase& at, const std::vector<const Fix*>& named, const fixes::Options& options,
                       bool for_script) {
  Chooser chooser(at, options, for_script);
  for (const Fix* fix : named) chooser.name(*fix);
  if (named.empty())
    for (const RankedCause& r : at.diagnosis.causes) chooser.treat(r);
  return chooser.take();
}

}  // namespace rdpdoctor::cli
