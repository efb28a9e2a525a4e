#include "report/plan.h"

#include <algorithm>

namespace rdpdoctor::report {
namespace {

// Characters that neither a shell nor cmd.exe takes for its own.
bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
           std::string_view(".-_:/\\,+=@").contains(c);
  });
}

}  // namespace

Judgement judgement_of(const causes::Diagnosis& diagnosis) {
  Judgement out{diagnosis.health, {}};
  for (const causes::RankedCause& r : diagnosis.causes)
    out.causes.push_back({std::string(r.cause->id), r.found.certainty, r.folded});
  return out;
}

bool finds(const Judgement& judgement, std::string_view cause) {
  return std::ranges::any_of(judgement.causes, [&](const Judgement::Finding& f) {
    return f.id == cause || std::ranges::find(f.folded, cause) != f.folded.end();
  });
}

bool FixReport::has_changes() const {
  return std::ranges::any_of(fixes, [](const PlannedFix& f) {
    return f.plan.state == fixes::Plan::State::planned && !f.plan.changes.empty();
  });
}

bool FixReport::has_advice() const {
  return std::ranges::any_of(fixes, [](const PlannedFix& f) {
    return f.plan.state == fixes::Plan::State::planned && !f.plan.advice.empty();
  });
}

std::vector<std::string> FixReport::still_found() const {
  std::vector<std::string> out;
  if (!before || !after) return out;
  for (const PlannedFix& f : fixes) {
    if (f.plan.state != fixes::Plan::State::planned || f.plan.changes.empty()) continue;
    for (const std::string& cause : f.for_causes) {
      if (finds(*before, cause) && finds(*after, cause) && std::ranges::find(out, cause) == out.end())
        out.push_back(cause);
    }
  }
  return out;
}

std::string_view word(fixes::Side side) {
  return side == fixes::Side::host ? "host" : "client";
}

std::string_view word(fixes::Risk risk) {
  switch (risk) {
    case fixes::Risk::low: return "low";
    case fixes::Risk::medium: return "medium";
    case fixes::Risk::high: return "high";
  }
  return "";
}

std::string_view word(fixes::Plan::State state) {
  switch (state) {
    case fixes::Plan::State::planned: return "planned";
    case fixes::Plan::State::already: return "already";
    case fixes::Plan::State::refused: return "refused";
  }
  return "";
}

std::string_view word(fixes::Standing standing) {
  switch (standing) {
    case fixes::Standing::before: return "before";
    case fixes::Standing::after: return "after";
    case fixes::Standing::other: return "other";
    case fixes::Standing::unreadable: return "unreadable";
  }
  return "";
}

std::string_view word(fixes::Outcome::State state) {
  switch (state) {
    case fixes::Outcome::State::nothing_to_do: return "nothing-to-do";
    case fixes::Outcome::State::done: return "done";
    case fixes::Outcome::State::refused: return "refused";
    case fixes::Outcome::State::interrupted: return "interrupted";
  }
  return "";
}

std::vector<std::string> causes_naming(std::string_view fix) {
  std::vector<std::string> out;
  for (const causes::Cause& cause : causes::all_causes())
    if (std::ranges::find(cause.fixes, fix) != cause.fixes.end()) out.emplace_back(cause.id);
  return out;
}

std::string argument(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  const bool risky = text.find_first_of("\"$`\\!%") != std::string_view::npos;
  if (!risky) return "\"" + std::string(text) + "\"";
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

}  // namespace rdpdoctor::report
