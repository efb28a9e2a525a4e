// A fix: what it does, on which machine, at what risk, and how it is planned. One file each in fixes/; the
// list is generated from the file names.
#pragma once

#include <string_view>
#include <vector>

#include "fixes/engine/planner.h"

namespace rdpdoctor::fixes {

enum class Side { host, client };
enum class Risk { low, medium, high };

struct Fix {
  std::string_view id;
  std::string_view title;        // one sentence: "Remote Desktop is turned on."
  std::string_view explanation;  // a paragraph for `fix show` and the docs: what it changes and when it helps
  Side side = Side::host;
  Risk risk = Risk::low;
  std::string_view interrupts = {};  // "ends all sessions of this host, yours too"; "" nothing
  std::string_view takes_effect;     // "when Windows starts", "for the next connection"
  std::string_view verified_by;      // what shows that it worked, one clause
  bool weakens = false;              // security: last resort, --accept-risk, for a while
  bool destroys = false;             // what can't be taken back: --accept-risk
  std::string_view article = {};     // which step of the well-known article it stands for, "" none
  void (*plan)(Planner& p) = nullptr;
};

// Every fix, by id.
[[nodiscard]] const std::vector<Fix>& all_fixes();
[[nodiscard]] const Fix* find_fix(std::string_view id);

}  // namespace rdpdoctor::fixes
