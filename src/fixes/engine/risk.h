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

// Of what weakens security until it is taken back.
inline void note_for_a_while(Planner& p) {
  p.note(fmt::format("meant for {} minutes; take it back as soon as you are in:   rdpdoctor undo",
                     p.options().lasts.count()));
  p.note(
      "the script that --emit ps1 makes takes it back by itself when that time is over; on a disk nothing "
      "does");
}

}  // namespace rdpdoctor::fixes
