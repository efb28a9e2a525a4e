// What a fix asks for that weakens security or destroys settings: the words by which it is wanted.
#pragma once

#include <string_view>

#include "fixes/engine/planner.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {

// False, and the plan refused with what to type, where the risk was not accepted.
[[nodiscard]] inline bool risk_accepted(Planner& p, std::string_view fix, std::string_view because) {
  if (p.options().accept_risk) return true;
  p.refuse(fmt::format("{}; if that is wanted: rdpdoctor fix {} --accept-risk", because, fix));
  return false;
}

}  // namespace rdpdoctor::fixes
