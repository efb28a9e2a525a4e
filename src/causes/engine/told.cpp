#include "causes/engine/told.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/log_views.h"
#include "causes/engine/session_views.h"
#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr int near_minutes = 5;

struct Line {
  EvidenceLine evidence;
  Certainty certainty = Certainty::possible;
  bool explains = false;
  bool of_a_failure = false;
};
using Lines = std::vector<Line>;

std::string event_words(const EventFit& fit, std::size_t times) {
  std::string what = fmt::format("{} {}", fit.provider, fit.id);
  if (!fit.value.empty()) what += fmt::format(" ({})", fit.value);
  if (1 < times) what += fmt::format(" × {}, this the latest", times);
  return what;
}

// How often, where no value is asked for: also those that were counted and not kept.
std::size_t times_of(const EventFit& fit, const CaseFile& c, const std::vector<const Event*>& matches) {
  if (!fit.value.empty()) return matches.size();
  std::uint64_t counted = 0;
  for (const evidence::EventCount& n : c.event_counts) {
    bool here = std::any_of(matches.begin(), matches.end(), [&](const Event* e) {
      return e->source == n.source && equal_ignoring_case(e->computer, n.computer);
    });
    if (here && n.id == fit.id && equal_ignoring_case(n.provider, fit.provider)) counted += n.times;
  }
  return std::max(matches.size(), static_cast<std::size_t>(counted));
}

// The one to cite: of a connection that failed if there is one, else the latest. Only so many are asked,
// since a log may hold hundreds of one kind.
const Event* most_telling(const CaseFile& c, const std::vector<const Event*>& matches) {
  constexpr std::ptrdiff_t most = 50;
  auto last = matches.rbegin();
  auto end = last + std::min<std::ptrdiff_t>(most, std::ssize(matches));
  auto of = std::find_if(last, end, [&](const Event* e) { return failure_of(c, *e).has_value(); });
  if (of != end) return *of;
  auto near =
      std::find_if(last, end, [&](const Event* e) { return failure_near(c, *e, near_minutes).has_value(); });
  return near != end ? *near : matches.back();
}

// Whether something shows that it is over: successes since, or a log that goes on for a week without it.
std::optional<std::string> over_since(const Cause& cause, const CaseFile& c, const Event& e) {
  if (const Event* success = success_after(c, e, cause.stage)) {
    return fmt::format("since then connections succeeded ({} {}, {})", success->provider, success->id,
                       minute_of(success->at));
  }
  auto end = log_end(c, e.computer);
  if (end && 7 * day_ms < end->ms - e.at.ms) {
    return "the log goes on for " + span_words(end->ms - e.at.ms) + " without it";
  }
  return std::nullopt;
}

bool complaint_fits(const Cause& cause, const CaseFile& c) {
  return c.complaint && std::any_of(cause.codes.begin(), cause.codes.end(), [&](const CodeFit& fit) {
           return fit.family == "disconnect" && fit.value == c.complaint->code &&
                  fit.certainty == Certainty::likely;
         });
}

// A connection of the case that failed earlier, or passed, is not explained by what a log says of the stage.
bool far_from_failure(const Cause& cause, const CaseFile& c) {
  if (finished(c).empty()) return false;
  auto failing = failing_stage(c);
  return !failing || *failing < cause.stage;
}

// A connection that ended before TLS was through never came as far as what the log says of a later stage.
std::optional<Failure> of_this_stage(const Cause& cause, std::optional<Failure> failure) {
  bool earlier = failure && failure->stage && *failure->stage < cause.stage && *failure->stage <= Stage::tls;
  return earlier ? std::nullopt : std::move(failure);
}

constexpr std::string_view remote_desktop_parts[] = {
    "RemoteDesktopServices-RdpCoreTS", "TerminalServices-RemoteConnectionManager",
    "TerminalServices-LocalSessionManager", "TerminalServices-ClientActiveXCore"};

// Whether anything in the case is about Remote Desktop at all: failed logons and lost domain controllers are
// in the logs of machines that nobody reaches by it.
bool about_remote_desktop(const CaseFile& c) {
  if (c.complaint || !c.connections.empty() || !c.told.empty()) return true;
  bool part = std::any_of(c.event_counts.begin(), c.event_counts.end(), [](const evidence::EventCount& n) {
    return std::any_of(std::begin(remote_desktop_parts), std::end(remote_desktop_parts),
                       [&](std::string_view p) { return equal_ignoring_case(n.provider, p); });
  });
  return part || std::any_of(c.events.begin(), c.events.end(),
                             [](const Event& e) { return holds(e, "LogonType=10") && e.id == 4625; });
}

bool of_any_logon(const EventFit& fit) {
  return fit.provider == "Security-Auditing" || fit.provider == "NETLOGON";
}

std::optional<Line> line_of(const Cause& cause, const EventFit& fit, const CaseFile& c) {
  if (fit.weight == EventWeight::note && of_any_logon(fit) && !about_remote_desktop(c)) return std::nullopt;
  std::vector<const Event*> matches;
  for (const Event& e : c.events) {
    bool elsewhere = cause.machine == Machine::host && is_client_computer(c, e.computer);
    if (is_event(e, fit.provider, fit.id) && (fit.value.empty() || holds(e, fit.value)) && !elsewhere) {
      matches.push_back(&e);
    }
  }
  if (matches.empty()) return std::nullopt;
  const Event& e = *most_telling(c, matches);
  auto with = of_this_stage(cause, failure_of(c, e));
  auto near = of_this_stage(cause, failure_near(c, e, near_minutes));
  if (fit.weight == EventWeight::joined && !with) return std::nullopt;

  Line line;
  line.evidence = {source(e), event_words(fit, times_of(fit, c, matches)) + ": " + std::string(fit.why)};
  line.of_a_failure = near && near->stage.value_or(cause.stage) == cause.stage;
  line.certainty = fit.certainty;
  if (with) {
    line.explains = true;
    line.evidence.text += fmt::format("; it is of {}", with->words);
    return line;
  }
  if (near && fit.weight == EventWeight::explains) {
    line.explains = true;
    line.evidence.text += fmt::format("; {} failed then", near->words);
    return line;
  }
  line.certainty = std::max(line.certainty, Certainty::likely);
  line.explains =
      (fit.weight == EventWeight::explains && !far_from_failure(cause, c)) || complaint_fits(cause, c);
  if (fit.weight == EventWeight::note && !line.explains) line.certainty = Certainty::possible;
  if (auto over = over_since(cause, c, e)) {
    auto end = log_end(c, e.computer);
    if (end && day_ms < end->ms - e.at.ms) return std::nullopt;  // long over
    line.explains = false;
    line.certainty = Certainty::possible;
    line.evidence.text += "; " + *over;
  }
  return line;
}

std::string place(const evidence::Told& t) {
  return t.line == 0 ? t.source : fmt::format("{} line {}", t.source, t.line);
}

bool is_code(const evidence::Told& t, const CodeFit& fit) {
  return t.sign.empty() && t.value == fit.value && (t.family.empty() || t.family == fit.family);
}

bool is_complaint(const CodeFit& fit, const CaseFile& c) {
  if (!c.complaint) return false;
  return (fit.family == "disconnect" && fit.value == c.complaint->code) ||
         ((fit.family == "extended" || fit.family == "error-info") && fit.value == c.complaint->extended);
}

std::string more_words(std::size_t lines) {
  return lines < 2 ? "" : fmt::format(" (on {} lines)", lines);
}

// A mere possibility is listed where texts are all there is, or a setting speaks for it too.
bool lists_possible(const Cause& cause, const CaseFile& c) {
  return only_told(c) || has_setting_for(cause, c);
}

std::optional<Line> line_of(const Cause& cause, const CodeFit& fit, const CaseFile& c) {
  const evidence::Told* first = nullptr;
  std::size_t lines = 0;
  for (const evidence::Told& t : c.told) {
    if (!is_code(t, fit)) continue;
    if (!first || (first->family.empty() && !t.family.empty())) first = &t;
    ++lines;
  }
  if (!first) return std::nullopt;
  bool sure_of_family = !first->family.empty();
  Certainty certainty = sure_of_family ? std::max(fit.certainty, Certainty::likely) : Certainty::possible;
  if (certainty == Certainty::possible && !lists_possible(cause, c)) return std::nullopt;
  if (is_complaint(fit, c)) return std::nullopt;  // cited where the complaint is weighed
  auto name = codes::name_or_empty(fit.family, fit.value);
  std::string text =
      fmt::format("0x{:X}{}{}{}: {}", fit.value, name.empty() ? "" : " ", name, more_words(lines), fit.why);
  return Line{{place(*first), text}, certainty, true, false};
}

std::optional<Line> line_of(const Cause& cause, const SignFit& fit, const CaseFile& c) {
  const evidence::Told* first = nullptr;
  std::size_t lines = 0;
  for (const evidence::Told& t : c.told) {
    if (t.sign != fit.sign) continue;
    if (!first) first = &t;
    ++lines;
  }
  if (!first || (fit.certainty == Certainty::possible && !lists_possible(cause, c))) return std::nullopt;
  std::string text = fmt::format("\"{}\"{}: {}", first->words, more_words(lines), fit.why);
  return Line{{place(*first), text}, std::max(fit.certainty, Certainty::likely), true, false};
}

// What the host said itself inside a session is proven where the code can mean only this.
std::optional<Line> line_of(const CodeFit& fit, const std::vector<SessionCode>& codes_seen) {
  Connections with;
  for (const SessionCode& code : codes_seen) {
    if (code.family == fit.family && code.value == fit.value) with.push_back(code.connection);
  }
  if (with.empty()) return std::nullopt;
  bool sure = fit.certainty != Certainty::possible;
  std::string text = fmt::format("the host sends 0x{:X} {}: {}", fit.value,
                                 codes::name_or_empty(fit.family, fit.value), fit.why);
  return Line{{source("session", with), text}, sure ? Certainty::proven : Certainty::likely, true, true};
}

Lines lines_of(const Cause& cause, const CaseFile& c) {
  Lines lines;
  auto add = [&](std::optional<Line> line) {
    if (line) lines.push_back(std::move(*line));
  };
  for (const EventFit& fit : cause.events) add(line_of(cause, fit, c));
  auto codes_seen = session_codes(c);
  for (const CodeFit& fit : cause.codes) {
    add(line_of(fit, codes_seen));
    add(line_of(cause, fit, c));
  }
  for (const SignFit& fit : cause.signs) add(line_of(cause, fit, c));
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::tuple(!a.explains, a.certainty) < std::tuple(!b.explains, b.certainty);
  });
  return lines;
}

}  // namespace

bool only_told(const CaseFile& c) {
  return c.connections.empty() && c.events.empty() && !c.told.empty();
}

std::optional<ToldOf> told_of(const Cause& cause, const CaseFile& c) {
  Lines lines = lines_of(cause, c);
  if (lines.empty()) return std::nullopt;
  ToldOf out;
  out.found.explains = lines.front().explains;
  out.found.certainty = lines.front().certainty;
  for (Line& line : lines) {
    out.of_a_failure = out.of_a_failure || line.of_a_failure;
    out.found.evidence.push_back(std::move(line.evidence));
  }
  return out;
}

namespace {

const evidence::RdpSetting* setting_of(const SettingFit& fit, const CaseFile& c) {
  for (const evidence::RdpSetting& s : c.rdp_settings) {
    if (s.name == fit.name && (fit.value.empty() ? !s.value.empty() : s.value == fit.value)) return &s;
  }
  return nullptr;
}

// The file that lacks it; "" when no file was given or each has it.
std::string file_without(const SettingFit& fit, const CaseFile& c) {
  bool has = std::any_of(c.rdp_settings.begin(), c.rdp_settings.end(),
                         [&](auto& s) { return s.name == fit.name && !s.value.empty(); });
  return has || c.rdp_settings.empty() ? "" : c.rdp_settings.front().source;
}

}  // namespace

std::vector<EvidenceLine> settings_for(const Cause& cause, const CaseFile& c) {
  std::vector<EvidenceLine> lines;
  for (const SettingFit& fit : cause.settings) {
    if (fit.value == "-") {
      std::string file = file_without(fit, c);
      if (!file.empty()) lines.push_back({file, fmt::format("no {}: {}", fit.name, fit.why)});
    } else if (const auto* s = setting_of(fit, c)) {
      lines.push_back({s->source, fmt::format("{} is {}: {}", s->name, s->value, fit.why)});
    }
  }
  return lines;
}

bool has_setting_for(const Cause& cause, const CaseFile& c) {
  return std::any_of(cause.settings.begin(), cause.settings.end(), [&](const SettingFit& fit) {
    return fit.value != "-" && setting_of(fit, c) != nullptr;
  });
}

std::string code_source(const CaseFile& c, std::string_view family, std::uint32_t value) {
  for (const evidence::Told& t : c.told) {
    if (t.sign.empty() && t.value == value && t.family == family) return place(t);
  }
  if (family == "disconnect") {
    for (const Event& e : c.events) {
      if (is_event(e, "TerminalServices-ClientActiveXCore", 1026) && holds(e, std::to_string(value))) {
        return source(e);
      }
    }
  }
  return "code";
}

}  // namespace rdpdoctor::causes
