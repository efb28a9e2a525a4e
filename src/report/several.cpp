#include "report/several.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "report/layout.h"
#include "report/sources.h"
#include "report/texts.h"

namespace rdpdoctor::report {
namespace {

constexpr std::size_t few = 3;
constexpr std::size_t most_whole = 10;
constexpr std::size_t most_brief = 40;

int badness(const Report& r) {
  switch (r.diagnosis.health) {
    case causes::Health::failing: return 0;
    case causes::Health::degraded: return 1;
    case causes::Health::unknown: return 2;
    case causes::Health::healthy: return 3;
  }
  return 3;
}

bool has_fault(const Report& r) {
  return r.diagnosis.health == causes::Health::failing || r.diagnosis.health == causes::Health::degraded;
}

bool has_evidence(const Report& r) {
  const auto& c = r.evidence;
  return !c.connections.empty() || !c.events.empty() || !c.event_counts.empty() || !c.told.empty() ||
         !c.udp.empty() || !c.rdp_settings.empty() || c.complaint ||
         c.name.outcome != evidence::NameOutcome{};
}

std::string one_line(const Report& r, const TerminalStyle& style) {
  const auto& d = r.diagnosis;
  std::string what(word(d.health));
  if (!d.causes.empty()) {
    const auto& top = d.causes.front();
    what = fmt::format("{} ({})",
                       top.found.headline.empty() ? std::string(top.cause->title) : top.found.headline,
                       word(top.found.certainty));
  }
  return hanging("  ",
                 fmt::format("{}: {}; {}", target_words(r.evidence.target), what, evidence_words(r.evidence)),
                 style.width);
}

// The hosts beyond those that have a line, by how they are: "3 healthy, 7 unknown".
std::string rest_words(const std::vector<const Report*>& rest) {
  using causes::Health;
  std::vector<std::string> counts;
  for (Health health : {Health::failing, Health::degraded, Health::unknown, Health::healthy}) {
    auto n = std::ranges::count_if(rest, [&](const Report* r) { return r->diagnosis.health == health; });
    if (n != 0) counts.push_back(fmt::format("{} {}", n, word(health)));
  }
  return fmt::format("and {} more: {}", rest.size(), join(counts, ", "));
}

std::string nothing_words(const SaysNothing& n) {
  std::string text = fmt::format("{}: {}: ", n.read.source, read_words(n.read));
  bool of_words = n.read.kind != "capture" && n.read.kind != "event log";
  text += of_words ? "nothing that tells of a failure" : "nothing of Remote Desktop in it";
  if (n.read.kind == "capture") {
    text += fmt::format(
        " (no connection to port {}, none that begins as Remote Desktop); take the capture on the client "
        "while it "
        "fails, or name another port with --port",
        n.port);
  } else if (n.read.kind == "event log") {
    text +=
        " (none of the events that tell of it); of the host give System, Security and the logs of "
        "TerminalServices and RemoteDesktopServices, of the client TerminalServices-RDPClient";
  } else {
    text +=
        " (no code and no sign that is known); give the client's log, or the words and codes of its dialog";
  }
  return text;
}

}  // namespace

void make_printable(evidence::CaseFile& c) {
  static constexpr std::size_t enough = 4096;
  each_text(c, [](std::string_view, std::string_view, std::string& text) { text = printable(text, enough); });
}

void worst_first(std::vector<Report>& reports) {
  std::ranges::stable_sort(reports, {}, badness);
}

std::string terminal(const std::vector<Report>& reports, const std::vector<SaysNothing>& nothing,
                     const TerminalStyle& style) {
  std::string out;
  std::string lines;
  std::size_t whole = 0;
  std::size_t short_ones = 0;
  std::vector<const Report*> rest;
  for (const Report& r : reports) {
    if (!has_evidence(r)) continue;
    bool brief = !style.verbose && ((!has_fault(r) && reports.size() > few) || whole == most_whole);
    if (brief) {
      if (++short_ones <= most_brief)
        lines += one_line(r, style);
      else
        rest.push_back(&r);
      continue;
    }
    if (whole != 0) out += "\n" + std::string(style.width, '-') + "\n\n";
    out += terminal(r, style);
    ++whole;
  }
  if (!rest.empty()) lines += hanging("  ", rest_words(rest), style.width);
  if (!lines.empty())
    out += (out.empty() ? "" : "\n") + std::string("In short (--verbose shows each whole):\n") + lines;
  for (const SaysNothing& n : nothing)
    out += (out.empty() || out.ends_with(".\n\n") ? "" : "\n") +
           hanging("", nothing_words(n) + ".", style.width);
  return out;
}

}  // namespace rdpdoctor::report
