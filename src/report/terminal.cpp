// The answer for a person: the ladder, the verdict, why, what it is not, what to do, what could not be told.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "causes/engine/needs.h"
#include "causes/engine/views.h"
#include "codes/registry.h"
#include "evidence/json.h"
#include "fmt/core.h"
#include "report/client_topics.h"
#include "report/details.h"
#include "report/elevation.h"
#include "report/fix_line.h"
#include "report/inspection.h"
#include "report/layout.h"
#include "report/rdp_settings.h"
#include "report/report.h"
#include "report/sources.h"

namespace rdpdoctor::report {
namespace {

using causes::RankedCause;

std::string_view mark(Outcome o) {
  switch (o) {
    case Outcome::passed: return "✓";
    case Outcome::failed: return "✗";
    case Outcome::warning: return "!";
    case Outcome::skipped: return "·";
  }
  return "?";
}

Ink ink_of(Outcome o) {
  switch (o) {
    case Outcome::passed: return Ink::good;
    case Outcome::failed: return Ink::bad;
    case Outcome::warning: return Ink::doubt;
    case Outcome::skipped: return Ink::dim;
  }
  return Ink::plain;
}

std::string heading(const Report& r, const TerminalStyle& style) {
  const auto& t = r.evidence.target;
  if (only_inspected(r.evidence))
    return inspection_heading(r.evidence, style) + sources_lines(r.evidence, style);
  std::string out = target_words(t);
  std::string address = causes::main_address(r.evidence);
  if (!t.is_address && !address.empty() && address != t.host) out += fmt::format(" ({})", address);
  std::string cost = from_files(r.evidence)
                         ? evidence_words(r.evidence)
                         : fmt::format("{:.2f} s, {}", r.evidence.run.ms / 1000,
                                       count_of(r.evidence.connections.size(), "connection"));
  std::size_t used = columns(out) + columns(cost);
  out.append(used + 2 < style.width ? style.width - used : 2, ' ');
  return out + inked(cost, Ink::dim, style) + "\n\n" + sources_lines(r.evidence, style);
}

// Logs alone tell of no stage.
bool has_rungs(const evidence::CaseFile& c) {
  return c.host || c.client || !from_files(c) || !c.connections.empty() || !c.udp.empty() ||
         c.name.outcome != evidence::NameOutcome::not_tried;
}

// A line's name on the terminal: what is of the client stands below a heading that says so.
std::string_view shown_name(const StageLine& line) {
  static constexpr std::string_view of_client = "client ";
  std::string_view name = rung_name(line);
  return line.client ? name.substr(of_client.size()) : name;
}

std::string rung(const StageLine& line, std::size_t name_width, const TerminalStyle& style) {
  std::string lead = fmt::format("  {} {} ", padded(shown_name(line), name_width), mark(line.outcome));
  std::string text = hanging(lead, line.summary, style.width);
  std::string_view m = mark(line.outcome);
  std::size_t at = text.find(m, 8);
  if (at != std::string::npos) text.replace(at, m.size(), inked(m, ink_of(line.outcome), style));
  return text;
}

std::string rungs(const Report& r, const TerminalStyle& style) {
  if (!has_rungs(r.evidence)) return "";
  std::size_t width = 6;
  for (const StageLine& line : r.stages) width = std::max(width, shown_name(line).size());
  std::string out, client;
  for (const StageLine& line : r.stages) (line.client ? client : out) += rung(line, width, style);
  if (client.empty()) return out + "\n";
  return out + (out.empty() ? "" : "\n") +
         hanging("  ", client_words(*r.evidence.client) + ":", style.width) + client + "\n";
}

// What this Windows' own client would say of the codes that were complained of.
std::string windows_says(const evidence::CaseFile& c, const TerminalStyle& style) {
  const std::string* words = c.client && c.complaint ? c.client->complaint_text.get() : nullptr;
  return words ? hanging("Windows says: ", printable(*words, 600), style.width) + "\n" : "";
}

std::string verdict_line(const RankedCause& c, const TerminalStyle& style) {
  std::string title = c.found.headline.empty() ? std::string(c.cause->title) : c.found.headline;
  std::string_view sure = word(c.found.certainty);
  std::string out = inked(title, Ink::strong, style);
  std::size_t used = columns(title) + columns(sure);
  if (used + 2 < style.width) return out + std::string(style.width - used, ' ') + std::string(sure) + "\n";
  return inked(hanging("", title + " (" + std::string(sure) + ")", style.width), Ink::strong, style);
}

std::string why_lines(const RankedCause& c, const TerminalStyle& style) {
  std::string out;
  for (const auto& line : c.found.evidence) {
    std::string lead = out.empty() ? "  why   " : "        ";
    out += hanging(lead, fmt::format("{}  [{}]", line.text, line.source), style.width);
  }
  for (const std::string& id : c.folded)
    out += hanging("        ", "this is the more exact form of " + id, style.width);
  return out;
}

// How many codes a client would show for either: the more, the nearer a rival.
std::ptrdiff_t shared_codes(const causes::Cause& a, const causes::Cause& b) {
  return std::count_if(a.codes.begin(), a.codes.end(), [&](const auto& x) {
    return std::any_of(b.codes.begin(), b.codes.end(),
                       [&](const auto& y) { return x.family == y.family && x.value == y.value; });
  });
}

// What was ruled out, nearest rivals first: those that a client would show by the same code, then those of
// near stages.
std::string not_lines(const Report& r, const RankedCause& top, const TerminalStyle& style) {
  static constexpr std::size_t enough = 4;
  std::vector<const causes::ExcludedCause*> list;
  for (const auto& e : r.diagnosis.excluded) list.push_back(&e);
  std::stable_sort(list.begin(), list.end(), [&](auto* a, auto* b) {
    auto distance = [&](auto* e) {
      int stages = std::abs(static_cast<int>(e->cause->stage) - static_cast<int>(top.cause->stage));
      return std::pair(-shared_codes(*e->cause, *top.cause), stages);
    };
    return distance(a) < distance(b);
  });
  std::string out;
  std::size_t shown = style.verbose ? list.size() : std::min(list.size(), enough);
  for (std::size_t i = 0; i < shown; ++i) {
    out += hanging(i == 0 ? "  not   " : "        ",
                   fmt::format("{}: {}", list[i]->cause->id, list[i]->because), style.width);
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// No characters that a shell would take for its own.
bool is_plain(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
           std::string_view(".-_:%").contains(c);
  });
}

// The file of the machine that a cause was read of: the first source that is a path.
std::string file_of(const causes::Found& found) {
  for (const auto& line : found.evidence) {
    bool path = 3 < line.source.size() && line.source.compare(1, 2, ":\\") == 0;
    if (path && line.source.find_first_of("\"%`$") == std::string::npos) return line.source;
  }
  return "FILE";
}

// Commands speak of HOST, ADDRESS, FILE and port 3389; here they are this target's.
std::string filled(std::string_view command, const evidence::CaseFile& c, const causes::Found& found) {
  const auto& t = c.target;
  std::string text(command);
  replace_all(text, "\"FILE\"", "\"" + file_of(found) + "\"");
  if (!is_plain(t.host)) return text;  // none, or one out of a file that is no name
  std::string port = std::to_string(t.port);
  bool v6 = t.host.find(':') != std::string::npos;
  std::string with_port = t.port == 3389 ? t.host : (v6 ? "[" + t.host + "]:" : t.host + ":") + port;
  std::string address = causes::main_address(c);
  replace_all(text, "HOST:3390", t.host + ":3390");
  replace_all(text, "diagnose HOST", "diagnose " + with_port);
  replace_all(text, "/v:HOST", "/v:" + with_port);
  replace_all(text, "HOST", t.host);
  replace_all(text, "ADDRESS", is_plain(address) ? address : t.host);
  replace_all(text, "LocalPort 3389", "LocalPort " + port);
  return text;
}

std::string do_lines(const Report& r, const RankedCause& c, const TerminalStyle& style) {
  std::string out;
  for (std::string_view step : c.cause->advice) {
    auto [words, command] = split_advice(step);
    std::string text(words);
    if (!command.empty()) text += "   " + filled(command, r.evidence, c.found);
    out += advice_step(out.empty() ? "  do    " : "        ", text, style.width);
  }
  out += fix_line(r, *c.cause, style);
  out += hanging("  more  ", fmt::format("rdpdoctor explain {}", c.cause->id), style.width);
  return out;
}

std::string other(const Report& r, const RankedCause& c, bool next, const TerminalStyle& style) {
  const RankedCause& top = r.diagnosis.causes[0];
  bool rival = top.found.explains && c.found.explains && (next || c.found.certainty == top.found.certainty);
  return "\n" + std::string(rival ? "Or: " : "Also: ") +
         verdict_line(c, {.colour = style.colour, .verbose = style.verbose, .width = style.width - 6}) +
         why_lines(c, style) + fix_line(r, *c.cause, style) +
         hanging("  more  ", fmt::format("rdpdoctor explain {}", c.cause->id), style.width);
}

// A code or a sign alone fits many causes; those beyond the first few are named.
std::string others(const Report& r, const TerminalStyle& style) {
  static constexpr std::size_t enough = 4;
  const auto& causes = r.diagnosis.causes;
  std::size_t whole = style.verbose || causes.size() <= enough + 1 ? causes.size() : enough;
  std::string out;
  for (std::size_t i = 1; i < whole; ++i) out += other(r, causes[i], i == 1, style);
  std::vector<std::string> rest;
  for (std::size_t i = whole; i < causes.size(); ++i)
    rest.push_back(fmt::format("{} ({})", causes[i].cause->id, word(causes[i].found.certainty)));
  if (!rest.empty()) out += "\n" + hanging("And: ", join(rest, ", ") + "; more with --verbose", style.width);
  return out;
}

// What the client showed, in words: a code that says something else than the probe saw must not stand
// unexplained.
std::string complaint_lines(const evidence::Complaint& complaint, const TerminalStyle& style) {
  auto words = [](std::uint32_t value, std::initializer_list<std::string_view> families) {
    for (std::string_view family : families) {
      if (auto* code = codes::find_code(family, value))
        return fmt::format("0x{:X}: {}", value, code->meaning);
    }
    return fmt::format("0x{:X} is in no table known here; it is kept as it is", value);
  };
  std::string out = hanging("  code  ",
                            words(complaint.code, {"disconnect", "gateway", "ntstatus", "freerdp", "schannel",
                                                   "gateway-hresult", "winsock"}),
                            style.width);
  if (complaint.extended)
    out += hanging("        ", "extended " + words(*complaint.extended, {"extended", "error-info"}),
                   style.width);
  return out;
}

std::string healthy_lines(const Report& r, const TerminalStyle& style) {
  bool files = from_files(r.evidence);
  std::string out = inked(files ? "Every stage that these files show passes."
                                : "Every stage that can be tried without credentials passes from here.",
                          Ink::strong, style) +
                    "\n";
  if (r.evidence.complaint) out += complaint_lines(*r.evidence.complaint, style);
  std::string rest = "in that client itself, on its own path, after logon, or it comes and goes";
  out += r.evidence.complaint
             ? hanging("  but   ", "the client did fail: so its fault lies " + rest, style.width)
             : hanging("  left  ", "a client that still fails has its fault " + rest, style.width);
  return out +
         hanging("  next  ",
                 files ? "take a capture on the machine that fails while it fails, or run rdpdoctor "
                         "diagnose there"
                       : "run the same command on the machine that fails: a difference shows whether it is "
                         "that machine or the path",
                 style.width);
}

// What is there says nothing of a fault; the next thing to give depends on what was given.
std::string not_found_in_files(const Report& r, const TerminalStyle& style) {
  const auto& c = r.evidence;
  std::string why = c.run.interrupted ? "the reading was interrupted"
                    : !c.connections.empty()
                        ? "no connection in these files ends in a way that could be judged"
                        : "what these files tell points to no cause";
  bool settings_alone =
      c.connections.empty() && c.events.empty() && c.told.empty() && !c.rdp_settings.empty();
  std::string next =
      settings_alone
          ? "settings alone tell of no failure: add what the client shows (--code), its log or a capture; "
            "rdpdoctor diagnose --rdp FILE tries the host from here"
      : c.connections.empty()
          ? "add a capture taken on the client while it fails, or run rdpdoctor diagnose there"
          : "add the host's event logs (System, Security, TerminalServices-*, RdpCoreTS) of the same time, "
            "or the client's own words and codes";
  std::string out = inked("Not found out: " + why + ".", Ink::strong, style) + "\n";
  if (c.complaint) out += complaint_lines(*c.complaint, style);
  return out + hanging("  next  ", next, style.width);
}

std::string nothing_found(const Report& r, const TerminalStyle& style) {
  const auto& run = r.evidence.run;
  if (only_inspected(r.evidence)) return inspection_without_fault(r, style);
  if (r.diagnosis.health == causes::Health::healthy) return healthy_lines(r, style);
  if (from_files(r.evidence)) return not_found_in_files(r, style);
  std::string why = run.interrupted        ? "it was interrupted"
                    : run.deadline_reached ? "the time ran out"
                                           : "nothing answered that could be judged";
  return inked("Not found out: " + why + ".", Ink::strong, style) + "\n" +
         hanging("  next  ", "give it longer: --timeout 30", style.width);
}

// The causes that were not judged, by what it would take.
std::map<std::string, std::vector<std::string>> needs_of(const Report& r, const TerminalStyle& style) {
  std::map<std::string, std::vector<std::string>> by_need;
  for (const auto& u : r.diagnosis.untested) {
    std::string all = join(u.needs, ", or ");
    // That later stages were not reached is plain from the ladder.
    if (!style.verbose && all == causes::need::further) continue;
    if (style.verbose) {
      by_need[all].emplace_back(u.cause->id);
    } else {
      for (const std::string& need : u.needs) by_need[need].emplace_back(u.cause->id);
    }
  }
  if (r.evidence.host && !style.verbose) by_need.erase(std::string(causes::need::host));  // it was looked at
  return by_need;
}

// What was not judged, by what it would take, the most telling need first; every id only with --verbose. In
// the short form each need stands once: one of several that would do counts as itself.
std::string not_told(const Report& r, const TerminalStyle& style) {
  static constexpr std::size_t enough = 5;
  auto by_need = only_inspected(r.evidence) ? inspection_needs(r.diagnosis, style) : needs_of(r, style);
  if (by_need.empty()) return "";
  std::vector<std::pair<std::string, std::vector<std::string>>> needs(by_need.begin(), by_need.end());
  std::stable_sort(needs.begin(), needs.end(),
                   [](auto& a, auto& b) { return a.second.size() > b.second.size(); });
  std::string_view where = from_files(r.evidence)       ? "by these files"
                           : only_inspected(r.evidence) ? "by this inspection"
                                                        : "from here";
  if (style.verbose) {
    std::string out = fmt::format("\nNot told {}, for want of:\n", where);
    for (const auto& [need, ids] : needs) out += hanging("  " + need + ": ", join(ids, ", "), style.width);
    return out;
  }
  std::string list;
  for (std::size_t i = 0; i < needs.size() && i < enough; ++i) list += (i ? " · " : "") + needs[i].first;
  if (needs.size() > enough) list += " · more with --verbose";
  return "\n" + hanging(fmt::format("Not told {}, for want of: ", where), list, style.width);
}

}  // namespace

std::string terminal(const Report& r, const TerminalStyle& style) {
  std::string out = heading(r, style) + rungs(r, style) + elevation_lines(r.evidence, style) +
                    settings_lines(r.evidence, style) + windows_says(r.evidence, style);
  if (r.diagnosis.causes.empty()) {
    out += nothing_found(r, style);
  } else {
    const RankedCause& top = r.diagnosis.causes[0];
    out += verdict_line(top, style) + why_lines(top, style);
    out += not_lines(r, top, style) + do_lines(r, top, style) + others(r, style);
  }
  out += not_told(r, style);
  if (style.verbose) out += client_details(r.evidence, style) + details(r, style);
  return out;
}

}  // namespace rdpdoctor::report
