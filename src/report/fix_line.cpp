#include "report/fix_line.h"

#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fmt/core.h"
#include "report/layout.h"
#include "report/plan.h"

namespace rdpdoctor::report {
namespace {

std::vector<const fixes::Fix*> fixes_of(const causes::Cause& cause) {
  std::vector<const fixes::Fix*> out;
  for (const std::string_view id : cause.fixes) {
    const fixes::Fix* fix = fixes::find_fix(id);
    if (fix && !fix->weakens && !fix->destroys) out.push_back(fix);  // the others are asked for by name
  }
  return out;
}

bool is_for_this_machine(const evidence::CaseFile& c, const fixes::Fix& fix) {
  if (fix.side == fixes::Side::host) return c.host && c.host->kind == "live";
  return c.client && c.client->kind == "live";
}

// Where it can be done from here: on this machine or the disk that was read, else by a script for the machine
// that it is for.
std::string way(const evidence::CaseFile& c, const fixes::Fix& fix) {
  if (is_for_this_machine(c, fix)) return "";
  if (c.host && fix.side == fixes::Side::host && c.host->kind == "image")
    return " --image " + argument(c.host->source);
  if (c.host && fix.side == fixes::Side::host && c.host->kind == "bundle")
    return " --bundle " + argument(c.host->source) + " --emit ps1";
  return " --emit ps1";
}

}  // namespace

std::string fix_line(const Report& r, const causes::Cause& cause, const TerminalStyle& style) {
  const auto fixes = fixes_of(cause);
  if (fixes.empty()) return "";
  std::vector<std::string> ids;
  for (const fixes::Fix* fix : fixes) ids.emplace_back(fix->id);
  const std::string command = way(r.evidence, *fixes.front());
  std::string where;
  if (command.empty()) where = " (on this machine)";
  if (command.ends_with("ps1")) where = fmt::format(" (a script for the {})", word(fixes.front()->side));
  return advice_step(
      "  fix   ",
      fmt::format("{}{}:   rdpdoctor fix {}{}", join(ids, ", else "), where, ids.front(), command),
      style.width);
}

}  // namespace rdpdoctor::report
