#include "report/inspection.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/needs.h"
#include "fmt/core.h"
#include "report/layout.h"

namespace rdpdoctor::report {
namespace {

constexpr std::string_view wire = "a connection to it (rdpdoctor diagnose HOST)";

// "there is no SOFTWARE hive" of "KEY: VALUE, which could not be read (there is no SOFTWARE hive)": one
// reason stands for all that it hides.
std::string short_need(const std::string& need) {
  static constexpr std::string_view before = ", which could not be read (";
  const std::size_t at = need.find(before);
  if (at == std::string::npos || !need.ends_with(')')) return need;
  const std::size_t from = at + before.size();
  const std::string why = need.substr(from, need.size() - 1 - from);
  static constexpr std::size_t too_short = 16;  // "not there": nothing without what it is about
  if (why.size() < too_short) return need.substr(0, at) + " (" + why + ")";
  // Where a hive is damaged stands in the ladder.
  static constexpr std::string_view damaged = " hive is damaged";
  const std::size_t hive = why.find(damaged);
  return hive == std::string::npos ? why : why.substr(0, hive + damaged.size());
}

bool needs_running(const causes::UntestedCause& u) {
  return u.needs.size() == 1 && u.needs.front() == causes::need::running;
}

// What could not be read, once each, in the order of the causes.
std::vector<std::string> unread(const causes::Diagnosis& d) {
  std::vector<std::string> out;
  for (const causes::UntestedCause& u : d.untested) {
    if (!u.cause->topic || needs_running(u)) continue;
    for (const std::string& need : u.needs)
      if (std::string words = short_need(need); std::ranges::find(out, words) == out.end())
        out.push_back(std::move(words));
  }
  return out;
}

std::string all_is_right(const Report& r, const TerminalStyle& style) {
  std::string out =
      inked("Nothing that can be read of this host stands in the way of a connection.", Ink::strong, style) +
      "\n";
  out +=
      hanging(r.evidence.complaint ? "  but   " : "  left  ",
              "a client that still fails has its fault on the path, in that client, in its account, or after "
              "logon",
              style.width);
  return out +
         hanging("  next  ",
                 "from the client's side: rdpdoctor diagnose HOST --with-host FILE, with what this command "
                 "prints by --json",
                 style.width);
}

}  // namespace

std::string inspection_heading(const evidence::CaseFile& c, const TerminalStyle& style) {
  std::string out = c.target.host.empty() ? "a machine that is not named" : c.target.host;
  std::size_t logs = c.sources.size();
  std::string machine = c.host->kind == "live" ? "this machine" : c.host->kind + " " + c.host->source;
  std::string cost = fmt::format("{}, {}{:.2f} s", machine,
                                 logs == 0 ? "" : count_of(logs, "event log") + ", ", c.run.ms / 1000);
  std::size_t used = columns(out) + columns(cost);
  out.append(used + 2 < style.width ? style.width - used : 2, ' ');
  return out + inked(cost, Ink::dim, style) + "\n\n";
}

std::string inspection_without_fault(const Report& r, const TerminalStyle& style) {
  static constexpr std::size_t enough = 4;
  if (r.diagnosis.health == causes::Health::healthy) return all_is_right(r, style);
  std::vector<std::string> missing = unread(r.diagnosis);
  std::string why = r.evidence.run.interrupted ? "it was interrupted"
                    : missing.empty()          ? "nothing could be judged"
                                               : "a part of this host could not be read";
  std::string out = inked("Not found out: " + why + ".", Ink::strong, style) + "\n";
  std::size_t shown = style.verbose ? missing.size() : std::min(missing.size(), enough);
  for (std::size_t i = 0; i < shown; ++i)
    out += hanging(i == 0 ? "  need  " : "        ", missing[i], style.width);
  if (shown < missing.size())
    out += hanging("        ", fmt::format("{} more with --verbose", missing.size() - shown), style.width);
  return out;
}

std::map<std::string, std::vector<std::string>> inspection_needs(const causes::Diagnosis& d,
                                                                 const TerminalStyle& style) {
  std::map<std::string, std::vector<std::string>> out;
  const bool told_above = d.causes.empty() && !style.verbose;  // inspection_without_fault lists them
  for (const causes::UntestedCause& u : d.untested) {
    if (u.cause->topic && told_above && !needs_running(u)) continue;
    if (!u.cause->topic) {
      out[std::string(wire)].emplace_back(u.cause->id);
    } else if (style.verbose) {
      out[join(u.needs, ", or ")].emplace_back(u.cause->id);
    } else {
      for (const std::string& need : u.needs) out[short_need(need)].emplace_back(u.cause->id);
    }
  }
  return out;
}

}  // namespace rdpdoctor::report
