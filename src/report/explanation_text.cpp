// Explanations and cause pages as text and JSON.
#include "evidence/json.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "report/cause_json.h"
#include "report/explanation.h"
#include "report/layout.h"
#include "report/told_text.h"

namespace rdpdoctor::report {
namespace {

using causes::Article;
using causes::Cause;

std::string article_line(const Cause& cause) {
  std::string note(cause.article_note);
  switch (cause.article) {
    case Article::names_it: return note.empty() ? "" : "the well-known article names it, but: " + note;
    case Article::wrong: return "the well-known article gets this wrong: " + note;
    case Article::misses:
      return "the well-known article does not have it" + (note.empty() ? "" : ": " + note);
  }
  return note;
}

std::string code_text(const ExplainedCode& c, const TerminalStyle& style) {
  std::string lead = padded(fmt::format("0x{:X}", c.value), 10) + "  ";
  std::string indent(columns(lead), ' ');
  if (!c.family)
    return hanging(lead, "in no table known here; the number is kept as it is", style.width) + "\n";
  std::string out = inked(lead + std::string(c.code->name), Ink::strong, style) + "\n";
  out += hanging(indent, fmt::format("as {} ({})", c.family->title, c.value), style.width);
  out += hanging(indent, c.code->meaning, style.width);
  if (!c.code->not_that.empty()) out += hanging(indent + "not: ", c.code->not_that, style.width);
  out += hanging(indent + "source: ", c.family->source, style.width);
  return out + "\n";
}

}  // namespace

namespace {

constexpr std::size_t in_full = 6;  // causes shown with how they are told apart; the rest by their titles

std::string cause_entry(const causes::RankedCause& r, std::size_t n, const TerminalStyle& style) {
  std::string title = fmt::format("{} ({}, {}, {})", r.cause->title, word(r.found.certainty),
                                  evidence::name_of(r.cause->stage), word(r.cause->machine));
  std::string out = inked(hanging(fmt::format("{:>3}. ", n), title, style.width), Ink::strong, style);
  for (const auto& line : r.found.evidence) out += hanging("     fits   ", line.text, style.width);
  out += hanging("     tell   ", r.cause->tell_apart, style.width);
  if (std::string line = article_line(*r.cause); !line.empty())
    out += hanging("     note   ", line, style.width);
  return out + hanging("     more   ", fmt::format("rdpdoctor explain {}", r.cause->id), style.width);
}

std::string cause_list(const Explanation& e, const TerminalStyle& style) {
  if (e.causes.empty())
    return e.codes.size() == 1 ? "No cause of a failing connection is tied to this code alone.\n"
                               : "No cause of a failing connection is tied to these alone.\n";
  std::string out = "Causes behind it, in order:\n\n";
  for (std::size_t i = 0; i < e.causes.size(); ++i) {
    const auto& r = e.causes[i];
    if (i < in_full)
      out += cause_entry(r, i + 1, style);
    else
      out += hanging(fmt::format("{:>3}. ", i + 1), fmt::format("{} ({})", r.cause->title, r.cause->id),
                     style.width);
  }
  return out;
}

// The article is about 0x904: what it says beyond the causes shown in full, and where it is wrong.
std::string article_claims(const Explanation& e, const TerminalStyle& style) {
  bool its_code = std::any_of(e.codes.begin(), e.codes.end(), [](auto& c) {
    return c.family && c.family->id == "disconnect" && c.value == 0x904;
  });
  if (!its_code) return "";
  std::string out = "\nWhat else the well-known article on 0x904 claims:\n";
  for (const Cause& cause : causes::all_causes()) {
    bool shown = std::any_of(
        e.causes.begin(), e.causes.begin() + static_cast<std::ptrdiff_t>(std::min(in_full, e.causes.size())),
        [&](auto& r) { return r.cause == &cause; });
    if (shown || cause.article == Article::misses || cause.article_note.empty()) continue;
    std::string_view mark = cause.article == Article::wrong ? "wrong: " : "";
    out += hanging("  - ", fmt::format("{}: {}{}", cause.id, mark, cause.article_note), style.width);
  }
  return out;
}

bool is_of_a_text(const Explanation& e) {
  return !e.signs.empty() || (!e.codes.empty() && e.codes[0].in.line != 0);
}

}  // namespace

std::string terminal(const Explanation& e, const TerminalStyle& style) {
  if (is_of_a_text(e)) return told_text(e, style);
  std::string out;
  if (e.ambiguous) {
    out +=
        hanging(
            "",
            "This number means different things in different fields; where it was shown tells which it is:",
            style.width) +
        "\n";
  }
  for (const ExplainedCode& c : e.codes) out += code_text(c, style);
  out += cause_list(e, style);
  if (!e.next.empty()) out += "\n" + hanging("Next: ", e.next, style.width);
  return out + article_claims(e, style);
}

namespace {

void add_place(nlohmann::ordered_json& row, const InText& in) {
  if (in.line == 0) return;
  row["line"] = in.line;
  row["times"] = in.times;
  row["words"] = in.words;
}

}  // namespace

std::string json(const Explanation& e) {
  nlohmann::ordered_json out = {{"schema", "rdpdoctor.explanation/1"},
                                {"codes", nlohmann::ordered_json::array()},
                                {"signs", nlohmann::ordered_json::array()},
                                {"causes", nlohmann::ordered_json::array()}};
  for (const ExplainedCode& c : e.codes) {
    nlohmann::ordered_json row = {{"asked", c.asked},
                                  {"value", c.value},
                                  {"hex", fmt::format("0x{:X}", c.value)},
                                  {"known", c.family != nullptr}};
    if (c.family) {
      row["family"] = c.family->id;
      row["field"] = c.family->title;
      row["name"] = c.code->name;
      row["meaning"] = c.code->meaning;
      row["not"] = c.code->not_that;
      row["source"] = c.family->source;
      row["ambiguous"] = c.ambiguous;
    }
    add_place(row, c.in);
    out["codes"].push_back(row);
  }
  for (const ExplainedSign& s : e.signs) {
    nlohmann::ordered_json row = {{"id", s.sign->id},
                                  {"meaning", s.sign->meaning},
                                  {"not", s.sign->not_that},
                                  {"where", s.sign->where},
                                  {"source", s.sign->source}};
    add_place(row, s.in);
    out["signs"].push_back(row);
  }
  for (const auto& r : e.causes) {
    auto row = cause_json(r);
    row["tell_apart"] = r.cause->tell_apart;
    row["article"] = article_line(*r.cause);
    out["causes"].push_back(row);
  }
  out["next"] = e.next;
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string cause_page(const Cause& cause, const TerminalStyle& style) {
  std::string out = inked(cause.id, Ink::strong, style) + "\n" + hanging("", cause.title, style.width) + "\n";
  out += hanging("", cause.explanation, style.width) + "\n";
  out += hanging("Stage: ",
                 fmt::format("{}; machine: {}{}", evidence::name_of(cause.stage), word(cause.machine),
                             cause.topic ? fmt::format("; seen by rdpdoctor inspect under: {}",
                                                       evidence::name_of(*cause.topic))
                                         : ""),
                 style.width);
  out += hanging("Told apart: ", cause.tell_apart, style.width);
  std::string lead = "What to do: ";
  for (std::string_view step : cause.advice) {
    out += advice_step(lead, step, style.width);
    lead = std::string(columns(lead), ' ');
  }
  if (std::string line = article_line(cause); !line.empty()) out += hanging("Article: ", line, style.width);
  for (const auto& fit : cause.signs)
    out +=
        hanging("Words: ", fmt::format("{} ({}): {}", fit.sign, word(fit.certainty), fit.why), style.width);
  for (const auto& fit : cause.codes) {
    out += hanging("Code: ",
                   fmt::format("{} 0x{:X} {} ({}): {}", fit.family, fit.value,
                               codes::name_or_empty(fit.family, fit.value), word(fit.certainty), fit.why),
                   style.width);
  }
  if (!cause.fixes.empty())
    out +=
        hanging("Fix ids, for programs: ", join({cause.fixes.begin(), cause.fixes.end()}, ", "), style.width);
  return out;
}

}  // namespace rdpdoctor::report
