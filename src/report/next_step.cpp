#include "report/next_step.h"

#include <algorithm>

#include "causes/engine/needs.h"
#include "fmt/core.h"

namespace rdpdoctor::report {
namespace {

using causes::Cause;

// Whether a connection from here can tell of it: its judge asks for one when it has nothing to look at.
bool seen_from_the_wire(const Cause& cause) {
  auto verdict = cause.judge(evidence::CaseFile{});
  const auto* untested = std::get_if<causes::Untested>(&verdict);
  if (!untested) return true;
  namespace need = causes::need;
  return std::ranges::none_of(untested->needs, [](const std::string& n) {
    return n == need::credentials || n == need::host || n == need::client || n == need::client_code;
  });
}

// The client's pair for `--code`, when it was told without doubt.
std::string code_option(const Explanation& e) {
  std::string main, extended;
  for (const ExplainedCode& c : e.codes) {
    if (!c.family || c.ambiguous) continue;
    if (c.family->id == "disconnect" && main.empty()) main = fmt::format("0x{:X}", c.value);
    if ((c.family->id == "extended" || c.family->id == "error-info") && extended.empty())
      extended = fmt::format("0x{:X}", c.value);
  }
  if (main.empty()) return "";
  return " --code " + main + (extended.empty() ? "" : "/" + extended);
}

// An event of Windows' logs that is written for `a` and not for `b`.
const causes::EventFit* event_only_of(const Cause& a, const Cause& b) {
  for (const causes::EventFit& fit : a.events) {
    bool shared = std::ranges::any_of(
        b.events, [&](const auto& other) { return other.provider == fit.provider && other.id == fit.id; });
    if (!shared) return &fit;
  }
  return nullptr;
}

std::string event_step(const causes::EventFit& fit, const Cause& for_it, const Cause& rival) {
  return fmt::format(
      "rdpdoctor analyze with the event logs (.evtx) of the host and the client: event {} of {} speaks for "
      "{} and "
      "not for {}",
      fit.id, fit.provider, for_it.id, rival.id);
}

}  // namespace

std::string next_step(const Explanation& e, std::string_view host) {
  std::string probe = fmt::format("rdpdoctor diagnose {}{}", host, code_option(e));
  if (e.causes.empty()) return probe + " tells which stage fails, and why";
  const Cause& first = *e.causes[0].cause;
  if (e.causes.size() == 1) return fmt::format("rdpdoctor explain {} says what to do about it", first.id);
  const Cause& second = *e.causes[1].cause;
  if (seen_from_the_wire(first) || seen_from_the_wire(second))
    return fmt::format("{} tells {} from {}, and from the others here", probe, first.id, second.id);
  if (const auto* fit = event_only_of(first, second)) return event_step(*fit, first, second);
  if (const auto* fit = event_only_of(second, first)) return event_step(*fit, second, first);
  return fmt::format("{} or {}? {}", first.id, second.id, first.tell_apart);
}

}  // namespace rdpdoctor::report
