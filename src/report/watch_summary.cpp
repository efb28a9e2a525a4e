// How a watch ends: the summary for a person and as JSON.
#include "report/watch_summary.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "causes/engine/tcp_views.h"
#include "evidence/json.h"
#include "fmt/core.h"
#include "report/layout.h"

namespace rdpdoctor::report {
namespace {

using Json = nlohmann::ordered_json;

std::string target_words(const evidence::Target& t) {
  bool v6 = t.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", t.host, t.port) : fmt::format("{}:{}", t.host, t.port);
}

std::string command_target(const evidence::Target& t) {
  return t.port == 3389 ? t.host : target_words(t);
}

double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent_words(std::size_t part, std::size_t whole) {
  double p = percent(part, whole);
  return p == 0 || p >= 10 ? fmt::format("{:.0f} %", p) : fmt::format("{:.1f} %", p);
}

std::string heading(const WatchSummary& s) {
  const WatchTally& t = s.tally;
  std::string out = fmt::format("{}: {} in {}, ", target_words(s.diagnosis.evidence.target),
                                count_of(t.rounds(), "round"), span_words(s.ended.ms - t.began().ms));
  if (t.failed() == 0) return out + "none failed\n\n";
  return out + fmt::format("{} failed ({})\n\n", t.failed(), percent_words(t.failed(), t.rounds()));
}

std::string to_seconds(Instant at) {
  return to_rfc3339({at.ms - at.ms % 1000});
}

std::string outcome_lines(const WatchTally& t) {
  std::string out;
  for (const OutcomeCount& o : t.outcomes()) {
    out +=
        fmt::format("  {}{:>7}  {:>6}", padded(o.outcome, 26), o.rounds, percent_words(o.rounds, t.rounds()));
    out += fmt::format("  {} to {}\n", to_seconds(o.first), to_seconds(o.last));
  }
  return out + "\n";
}

// Least, middle and most of what is known of the rounds kept; "" when nothing is.
template <class Value>
std::string spread_words(const WatchTally& t, Value value, std::string (*words)(double)) {
  std::vector<double> all;
  for (const WatchRound& r : t.recent()) {
    if (auto v = value(r)) all.push_back(static_cast<double>(*v));
  }
  if (all.empty()) return "";
  std::ranges::sort(all);
  if (all.front() == all.back()) return words(all.front());
  return fmt::format("{} ({} to {})", words(all[all.size() / 2]), words(all.front()), words(all.back()));
}

std::string whole(double v) {
  return fmt::format("{:.0f}", v);
}

std::string path_words(const WatchTally& t) {
  std::vector<std::string> parts;
  auto add = [&](std::string_view name, const std::string& words) {
    if (!words.empty()) parts.push_back(fmt::format("{} {}", name, words));
  };
  add("round trip", spread_words(t, [](auto& r) { return r.rtt_ms; }, causes::ms_words));
  add("connect", spread_words(t, [](auto& r) { return r.connect_ms; }, causes::ms_words));
  add("path MTU", spread_words(t, [](auto& r) { return r.path_mtu; }, whole));
  std::uint64_t repeats = 0;
  for (const WatchRound& r : t.recent()) repeats += r.retransmits.value_or(0);
  if (repeats != 0) parts.push_back(fmt::format("{} sent again", count_of(repeats, "packet")));
  return join(parts, "; ");
}

// "In n rounds without one, the share of failures is below 3/n, 19 times of 20" (the rule of three).
std::string unseen_words(const WatchTally& t) {
  if (t.rounds() < 10)
    return fmt::format(
        "in only {} a fault that comes and goes could have been missed: watch longer, and at the time when "
        "it fails",
        count_of(t.rounds(), "round"));
  double most = 300 / static_cast<double>(t.rounds());
  return fmt::format(
      "what fails less often than in {} % of the connections could have been missed: watch "
      "longer, and at the time when it fails",
      most < 10 ? fmt::format("{:.2g}", most) : fmt::format("{:.0f}", most));
}

std::string next_words(const WatchSummary& s) {
  if (s.tally.failed() == 0) return unseen_words(s.tally);
  std::string host = command_target(s.diagnosis.evidence.target);
  if (s.tally.fails_now()) return "it fails now:   rdpdoctor diagnose " + host;
  return "while it fails:   rdpdoctor diagnose " + host;
}

const causes::RankedCause* verdict(const WatchSummary& s) {
  return s.diagnosis.diagnosis.causes.empty() ? nullptr : &s.diagnosis.diagnosis.causes.front();
}

std::string title_of(const causes::RankedCause& c) {
  return c.found.headline.empty() ? std::string(c.cause->title) : c.found.headline;
}

std::string verdict_lines(const causes::RankedCause& c, const TerminalStyle& style) {
  std::string out =
      inked(hanging("", fmt::format("{} ({})", title_of(c), word(c.found.certainty)), style.width),
            Ink::strong, style);
  bool first = true;
  for (const auto& line : c.found.evidence) {
    out += hanging(first ? "  why   " : "        ", fmt::format("{}  [{}]", line.text, line.source),
                   style.width);
    first = false;
  }
  return out + hanging("  more  ", fmt::format("rdpdoctor explain {}", c.cause->id), style.width);
}

Json patterns_json(const WatchTally& t) {
  Json out = Json::array();
  for (const WatchPattern& p : watch_patterns(t)) {
    out.push_back({{"factor", p.factor},
                   {"value", p.value},
                   {"failed_with", p.failed_with},
                   {"rounds_with", p.rounds_with},
                   {"failed_without", p.failed_without},
                   {"rounds_without", p.rounds_without},
                   {"chance", p.chance}});
  }
  return out;
}

Json outcomes_json(const WatchTally& t) {
  Json out = Json::array();
  for (const OutcomeCount& o : t.outcomes()) {
    Json j = {{"outcome", o.outcome}, {"healthy", !o.stage}};
    if (o.stage) j["stage"] = evidence::name_of(*o.stage);
    j["rounds"] = o.rounds;
    j["share"] = percent(o.rounds, t.rounds()) / 100;
    j["first"] = to_rfc3339(o.first);
    j["last"] = to_rfc3339(o.last);
    out.push_back(std::move(j));
  }
  return out;
}

}  // namespace

std::string terminal(const WatchSummary& s, const TerminalStyle& style) {
  std::string out = heading(s) + outcome_lines(s.tally);
  auto line = [&](std::string_view lead, const std::string& words) {
    if (!words.empty()) out += hanging(lead, words, style.width);
  };
  line("  when  ", time_words(s.tally));
  line("  with  ", pattern_words(s.tally));
  line("  host  ", machine_words(s.tally));
  line("  path  ", path_words(s.tally));
  line("  log   ", printable(s.log));
  out += advice_step("  next  ", next_words(s), style.width);
  if (auto* c = verdict(s)) out += "\n" + verdict_lines(*c, style);
  return out;
}

std::string json(const WatchSummary& s) {
  const WatchTally& t = s.tally;
  const auto& target = s.diagnosis.evidence.target;
  static constexpr std::string_view shapes[] = {"none",    "always", "since", "until",   "once",
                                                "one row", "window", "rows",  "regular", "scattered"};
  Json out = {
      {"schema", "rdpdoctor.watch-summary/1"},
      {"target", {{"asked", target.asked}, {"host", target.host}, {"port", target.port}}},
      {"started", to_rfc3339(t.began())},
      {"ended", to_rfc3339(s.ended)},
      {"interrupted", s.interrupted},
      {"rounds", t.rounds()},
      {"failed", t.failed()},
      {"share_failed", percent(t.failed(), t.rounds()) / 100},
      {"outcomes", outcomes_json(t)},
      {"when", {{"shape", shapes[static_cast<std::size_t>(time_shape(t))]}, {"text", time_words(t)}}}};
  if (t.failed() != 0) {
    out["when"]["first"] = to_rfc3339(t.first_failure());
    out["when"]["last"] = to_rfc3339(t.last_failure());
    out["when"]["longest_row"] = {{"rounds", t.longest_row().rounds},
                                  {"from", to_rfc3339(t.longest_row().from)},
                                  {"to", to_rfc3339(t.longest_row().to)}};
  }
  out["patterns"] = patterns_json(t);
  out["compared"] = factors_compared(t);
  out["with"] = pattern_words(t);
  out["machines"] = machine_words(t);
  out["next"] = next_words(s);
  out["log"] = s.log;
  out["diagnosis"] = Json::parse(json(s.diagnosis), nullptr, false);
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rdpdoctor::report
