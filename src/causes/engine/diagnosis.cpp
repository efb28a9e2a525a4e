#include "causes/engine/diagnosis.h"

#include <algorithm>

#include "causes/engine/clients.h"
#include "causes/engine/log_views.h"
#include "causes/engine/needs.h"
#include "causes/engine/told.h"
#include "causes/engine/views.h"
#include "codes/registry.h"
#include "evidence/json.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

std::vector<Cause> generated_list();  // from the file names, see cmake/generated_list.cmake

const std::vector<Cause>& all_causes() {
  static const std::vector<Cause> sorted = [] {
    std::vector<Cause> list = generated_list();
    std::sort(list.begin(), list.end(), [](const Cause& a, const Cause& b) { return a.id < b.id; });
    return list;
  }();
  return sorted;
}

const Cause* find_cause(std::string_view id) {
  const auto& list = all_causes();
  auto at = std::lower_bound(list.begin(), list.end(), id,
                             [](const Cause& a, std::string_view b) { return a.id < b; });
  return at != list.end() && at->id == id ? &*at : nullptr;
}

namespace {

// In which fields a complaint's two numbers can stand: mstsc's own codes are below 0x10000, or 0x3000000 and
// more for the gateway; NTSTATUS, HRESULT and FreeRDP's codes are told apart by their size.
bool fits(const CodeFit& fit, const evidence::Complaint& complaint) {
  bool extended = fit.family == "extended" || fit.family == "error-info";
  if (extended) return complaint.extended && *complaint.extended != 0 && fit.value == *complaint.extended;
  if (fit.value != complaint.code) return false;
  bool client_code = fit.family == "disconnect" || fit.family == "gateway" || fit.family == "winsock";
  return client_code || complaint.code >= 0x10000;
}

std::optional<CodeFit> best_fit(const Cause& cause, const std::optional<evidence::Complaint>& complaint) {
  std::optional<CodeFit> best;
  if (!complaint) return best;
  for (const CodeFit& fit : cause.codes) {
    if (fits(fit, *complaint) && (!best || fit.certainty < best->certainty)) best = fit;
  }
  return best;
}

std::string complaint_source(const CaseFile& c, const CodeFit& fit) {
  return code_source(c, fit.family, fit.value);
}

// A complaint of a code that does not fit leaves a finding standing, but not as its explanation, unless the
// stage fails for us as well: what stops the probe now stops the client too.
void weigh_complaint(const Cause& cause, const CaseFile& c, Found& found) {
  if (!c.complaint || !found.explains) return;
  if (auto fit = best_fit(cause, c.complaint)) {
    std::string code = fit->family == "extended" || fit->family == "error-info"
                           ? fmt::format("extended 0x{:X}", fit->value)
                           : fmt::format("0x{:X}", fit->value);
    found.evidence.push_back({complaint_source(c, *fit), fmt::format("{} fits: {}", code, fit->why)});
    return;
  }
  auto failing = failing_stage(c);
  // A wrong address shows at the first stage that uses it.
  bool now = failing && (*failing == cause.stage || (cause.stage == Stage::name && *failing <= Stage::x224));
  if (now) {
    found.evidence.push_back(
        {"code",
         fmt::format("0x{:X} is not what a client shows for this: the fault has changed since, or that "
                     "client met another one",
                     c.complaint->code)});
    return;
  }
  found.explains = false;
  found.evidence.push_back({"code", fmt::format("0x{:X} is not what this gives, so it is not the whole story",
                                                c.complaint->code)});
}

std::optional<Found> raised_by_code(const Cause& cause, const CaseFile& c) {
  auto fit = best_fit(cause, c.complaint);
  if (!fit) return std::nullopt;
  bool listed = fit->certainty != Certainty::possible || only_told(c) || has_setting_for(cause, c);
  if (!listed) return std::nullopt;
  Certainty certainty = std::max(fit->certainty, Certainty::likely);
  Found found{certainty,
              {{complaint_source(c, *fit), fmt::format("0x{:X}: {}", fit->value, fit->why)}},
              true,
              "",
              {}};
  if (auto failing = failing_stage(c); failing && *failing < cause.stage) {
    found.explains = false;
    found.evidence.push_back(
        {"probe", fmt::format("now the connection fails earlier, at {}: the code is of another attempt",
                              evidence::name_of(*failing))});
  }
  return found;
}

void add_told(Found& found, ToldOf told) {
  if (told.found.explains) found.certainty = std::min(found.certainty, told.found.certainty);
  found.explains = found.explains || told.found.explains;
  for (EvidenceLine& line : told.found.evidence) found.evidence.push_back(std::move(line));
}

// What the wire shows wins over what was told, unless that is of the very connection that failed.
std::optional<Found> found_by(const Cause& cause, const CaseFile& c, Verdict& verdict) {
  std::optional<ToldOf> told = told_of(cause, c);
  auto* found = std::get_if<Found>(&verdict);
  bool of_a_failure = told && told->of_a_failure && told->found.explains;
  if (found) {
    if (told) add_told(*found, std::move(*told));
    if (!of_a_failure) weigh_complaint(cause, c, *found);
    return std::move(*found);
  }
  if (std::holds_alternative<Excluded>(verdict)) {
    return of_a_failure ? std::optional(std::move(told->found)) : std::nullopt;
  }
  if (auto raised = raised_by_code(cause, c)) {
    if (told) add_told(*raised, std::move(*told));
    return raised;
  }
  if (!told) return std::nullopt;
  if (!of_a_failure) weigh_complaint(cause, c, told->found);
  return std::move(told->found);
}

// Judges write "probe" for what they conclude themselves; where nothing was probed it is what the files show.
void name_the_source(const CaseFile& c, Found& found) {
  if (c.connections.empty() || by_our_probe(c)) return;
  static constexpr std::string_view probe = "probe";
  for (EvidenceLine& line : found.evidence) {
    bool ours = line.source == probe || line.source.starts_with("probe ");
    if (ours) line.source = c.connections.front().source + line.source.substr(probe.size());
  }
}

// A fault inside the host's service can't be what ends connections that the host has never seen.
bool of_a_host_not_reached(const Cause& cause, const CaseFile& c) {
  bool inside = cause.machine == Machine::host &&
                (cause.stage == Stage::tls || cause.stage == Stage::nla || cause.stage == Stage::session);
  return inside && never_reached_the_host(c);
}

// What is found for some clients alone, beside others that get through: not what the host does to all.
void judge_failing_clients(const Cause& cause, const CaseFile& failing, Verdict& verdict) {
  bool host_is_well = std::holds_alternative<Excluded>(verdict) && cause.machine == Machine::host;
  if (std::holds_alternative<Found>(verdict) || host_is_well) return;
  Verdict theirs = cause.judge(failing);
  auto* found = std::get_if<Found>(&theirs);
  if (!found || !found->explains) return;
  found->evidence.push_back(
      {"probe", "it is so for " + client_words(failing) + " only: others get through to the same host"});
  verdict = std::move(theirs);
}

void judge_one(const Cause& cause, const CaseFile& c, const std::optional<CaseFile>& failing,
               Diagnosis& out) {
  Verdict verdict = cause.judge ? cause.judge(c) : Verdict{Untested{{"a judge"}}};
  if (failing && cause.judge) judge_failing_clients(cause, *failing, verdict);
  if (auto* found = std::get_if<Found>(&verdict);
      found && found->explains && of_a_host_not_reached(cause, c)) {
    verdict = excluded("the host's own log covers the time and does not have the connections that failed");
  }
  if (auto found = found_by(cause, c, verdict)) {
    name_the_source(c, *found);
    for (EvidenceLine& line : settings_for(cause, c)) found->evidence.push_back(std::move(line));
    out.causes.push_back({&cause, std::move(*found), {}});
  } else if (auto* why = std::get_if<Excluded>(&verdict)) {
    out.excluded.push_back({&cause, std::move(why->because)});
  } else {
    out.untested.push_back({&cause, std::move(std::get<Untested>(verdict).needs)});
  }
}

// A specific cause takes the general ones it covers under it, when it is at least as sure.
void fold(Diagnosis& d) {
  std::vector<std::string_view> gone;
  for (RankedCause& specific : d.causes) {
    for (const RankedCause& general : d.causes) {
      const auto& covers = specific.cause->covers;
      bool covered = std::find(covers.begin(), covers.end(), general.cause->id) != covers.end();
      if (!covered || specific.found.certainty > general.found.certainty) continue;
      specific.folded.emplace_back(general.cause->id);
      gone.push_back(general.cause->id);
    }
  }
  std::erase_if(d.causes, [&](const RankedCause& r) {
    return std::find(gone.begin(), gone.end(), r.cause->id) != gone.end();
  });
}

// Of causes that texts make possible, those that more of their codes and words fit come first, as in
// `explain`.
bool before(const RankedCause& a, const RankedCause& b, bool only_texts) {
  auto key = [&](const RankedCause& r) {
    return std::tuple(!r.found.explains, r.found.certainty, -static_cast<int>(r.folded.size()),
                      only_texts ? -std::ssize(r.found.evidence) : 0, r.cause->stage, r.cause->id);
  };
  return key(a) < key(b);
}

// Every cause that the host itself tells was judged; what only the running machine or a logon tells may be
// missing.
bool inspected_all(const Diagnosis& d) {
  return std::none_of(d.untested.begin(), d.untested.end(), [](const UntestedCause& u) {
    bool beyond =
        !u.needs.empty() && (u.needs.front() == need::running || u.needs.front() == need::credentials);
    return u.cause->topic && !beyond;
  });
}

Health health_of(const CaseFile& c, const Diagnosis& d) {
  bool explained = std::any_of(d.causes.begin(), d.causes.end(), [](auto& r) { return r.found.explains; });
  if (explained || failing_stage(c)) return Health::failing;
  bool degraded = std::any_of(d.causes.begin(), d.causes.end(), [](auto& r) { return !r.found.note; });
  if (degraded) return Health::degraded;
  bool looked = standards(c).empty() ? c.host && inspected_all(d) : true;
  return looked && !c.run.interrupted ? Health::healthy : Health::unknown;
}

}  // namespace

// The host was inspected, a connection to it fails, and nothing of its own explains it: said with the answer.
void say_that_the_host_looks_right(const CaseFile& c, Diagnosis& d) {
  bool fails_on_the_wire = failing_stage(c) && !c.connections.empty();
  if (!c.host || d.causes.empty() || !fails_on_the_wire || !inspected_all(d)) return;
  bool explained = std::any_of(d.causes.begin(), d.causes.end(),
                               [](auto& r) { return r.cause->topic && r.found.explains; });
  if (explained) return;
  d.causes.front().found.evidence.push_back(
      {"inspection of " + c.host->source,
       "the host itself looks right: nothing that can be read of it explains this"});
}

Diagnosis diagnose(const CaseFile& c) {
  Diagnosis d;
  std::optional<CaseFile> failing = those_who_fail(c);
  for (const Cause& cause : all_causes()) judge_one(cause, c, failing, d);
  fold(d);
  std::sort(d.causes.begin(), d.causes.end(),
            [only_texts = only_told(c)](auto& a, auto& b) { return before(a, b, only_texts); });
  d.health = health_of(c, d);
  say_that_the_host_looks_right(c, d);
  return d;
}

}  // namespace rdpdoctor::causes
