// Explanations and cause pages as text and JSON.
#include "evidence/json.h"
#include "fmt/core.h"
#include "report/cause_json.h"
#include "report/explanation.h"
#include "report/layout.h"

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
  if (!c.family)
    return hanging(lead, "in no table known here; the number is kept as it is", style.width) + "\n";
  std::string indent(columns(lead), ' ');
  std::string out = inked(lead + std::string(c.code->name), Ink::strong, style) + "\n";
  out += hanging(indent, fmt::format("as {} ({})", c.family->title, c.value), style.width);
  out += hanging(indent, c.code->meaning, style.width);
  if (!c.code->not_that.empty()) out += hanging(indent + "not: ", c.code->not_that, style.width);
  out += hanging(indent + "source: ", c.family->source, style.width);
  return out + "\n";
}

}  // namespace

std::string terminal(const Explanation& e, const TerminalStyle& style) {
  std::string out;
  if (e.ambiguous) {
    out += hanging("",
                   "This number means different things in different fields; which one it is depends on where "
                   "it was shown:",
                   style.width) +
           "\n";
  }
  for (const ExplainedCode& c : e.codes) out += code_text(c, style);
  if (e.causes.empty()) {
    out += hanging("", "No cause of a failing connection is tied to this code alone.", style.width);
  } else {
    out += "Causes behind it, in order:\n\n";
  }
  int n = 0;
  for (const auto& r : e.causes) {
    std::string lead = fmt::format("{:>3}. ", ++n);
    out += inked(hanging(lead,
                         fmt::format("{} ({}, {}, {})", r.cause->title, word(r.found.certainty),
                                     evidence::name_of(r.cause->stage), word(r.cause->machine)),
                         style.width),
                 Ink::strong, style);
    for (const auto& line : r.found.evidence) out += hanging("     fits   ", line.text, style.width);
    out += hanging("     tell   ", r.cause->tell_apart, style.width);
    if (std::string line = article_line(*r.cause); !line.empty())
      out += hanging("     note   ", line, style.width);
    out += hanging("     more   ", fmt::format("rdpdoctor explain {}", r.cause->id), style.width);
  }
  std::string code = e.codes.empty() ? "" : e.codes.front().asked;
  bool pair = e.codes.size() > 1 && !e.ambiguous;
  if (pair) code += "/" + e.codes.back().asked;
  bool client_code = !e.codes.empty() && e.codes.front().family && e.codes.front().family->id == "disconnect";
  out +=
      "\n" + hanging("Next: ",
                     client_code
                         ? fmt::format("rdpdoctor diagnose HOST --code {}   tells which of these it is", code)
                         : "rdpdoctor diagnose HOST   tells which stage fails, and why",
                     style.width);
  return out;
}

std::string json(const Explanation& e) {
  nlohmann::ordered_json out = {{"schema", "rdpdoctor.explanation/1"},
                                {"codes", nlohmann::ordered_json::array()},
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
    }
    out["codes"].push_back(row);
  }
  for (const auto& r : e.causes) {
    auto row = cause_json(r);
    row["tell_apart"] = r.cause->tell_apart;
    row["article"] = article_line(*r.cause);
    out["causes"].push_back(row);
  }
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string cause_page(const Cause& cause, const TerminalStyle& style) {
  std::string out = inked(cause.id, Ink::strong, style) + "\n" + hanging("", cause.title, style.width) + "\n";
  out += hanging("", cause.explanation, style.width) + "\n";
  out +=
      hanging("Stage: ", fmt::format("{}; machine: {}", evidence::name_of(cause.stage), word(cause.machine)),
              style.width);
  out += hanging("Told apart: ", cause.tell_apart, style.width);
  std::string lead = "What to do: ";
  for (std::string_view step : cause.advice) {
    out += hanging(lead, step, style.width);
    lead = std::string(columns(lead), ' ');
  }
  if (std::string line = article_line(cause); !line.empty()) out += hanging("Article: ", line, style.width);
  for (const auto& fit : cause.codes) {
    out += hanging("Code: ",
                   fmt::format("{} 0x{:X} {} ({}): {}", fit.family, fit.value,
                               codes::name_or_empty(fit.family, fit.value), word(fit.certainty), fit.why),
                   style.width);
  }
  for (std::string_view fix : cause.fixes) out += fmt::format("Fix: {}\n", fix);
  return out;
}

}  // namespace rdpdoctor::report
