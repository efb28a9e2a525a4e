#include "report/told_text.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "fmt/core.h"
#include "report/layout.h"

namespace rdpdoctor::report {
namespace {

constexpr std::size_t in_full = 3;      // causes with what fits them; of the others the ids
constexpr std::size_t most_shown = 10;  // codes and signs
constexpr std::size_t few = 4;          // as long as there is room, also what they do not say
constexpr std::size_t excerpt_columns = 60;

struct Entry {
  InText in;
  std::string value;    // "0x904"; "words" of a sign
  std::string meaning;  // name and meaning
  std::string not_that;
  std::vector<std::string> needles;  // one of them stands in `in.words`
};

// Where the extended code is, Set Error Info's row of the same number tells nothing new.
bool is_shown_as_extended(const Explanation& e, const ExplainedCode& code) {
  return code.family && code.family->id == "error-info" && !code.ambiguous &&
         std::ranges::any_of(e.codes, [&](const ExplainedCode& other) {
           return other.family && other.family->id == "extended" && other.value == code.value;
         });
}

Entry entry_of(const ExplainedCode& c) {
  std::string hex = fmt::format("0x{:X}", c.value);
  Entry out{c.in, hex, "", "", {lower(hex), fmt::format("{:08x}", c.value), std::to_string(c.value)}};
  if (!c.family) {
    out.meaning = "in no table known here; the number is kept as it is";
    return out;
  }
  out.meaning = c.ambiguous ? fmt::format("{} (as {}): {}", c.code->name, c.family->title, c.code->meaning)
                            : fmt::format("{}: {}", c.code->name, c.code->meaning);
  if (!c.ambiguous) out.not_that = c.code->not_that;
  out.needles.insert(out.needles.begin(), lower(c.code->name));
  return out;
}

Entry entry_of(const ExplainedSign& s) {
  Entry out{
      s.in, "words", fmt::format("{}: {}", s.sign->id, s.sign->meaning), std::string(s.sign->not_that), {}};
  for (const auto& alternative : s.sign->words) out.needles.emplace_back(alternative.front());
  return out;
}

// In the order of the text.
std::vector<Entry> entries_of(const Explanation& e) {
  std::vector<Entry> out;
  for (const ExplainedCode& c : e.codes)
    if (!is_shown_as_extended(e, c)) out.push_back(entry_of(c));
  for (const ExplainedSign& s : e.signs) out.push_back(entry_of(s));
  std::ranges::stable_sort(out, {}, [](const Entry& entry) { return entry.in.line; });
  return out;
}

// A few words of the line, so that it can be found again: those before the hit and the hit itself.
std::string excerpt(const Entry& entry) {
  std::string_view words = entry.in.words;
  if (columns(words) <= excerpt_columns) return std::string(words);
  std::string small = lower(words);
  std::size_t at = 0;
  for (const std::string& needle : entry.needles) {
    at = small.find(needle);
    if (at != small.npos) break;
  }
  if (at == small.npos) at = 0;
  std::size_t begin = at > excerpt_columns / 3 ? at - excerpt_columns / 3 : 0;
  begin = std::min(begin, words.size() - std::min(words.size(), excerpt_columns));
  std::size_t end = std::min(words.size(), begin + excerpt_columns);
  auto inside = [&](std::size_t i) { return i < words.size() && (words[i] & 0xC0) == 0x80; };
  while (inside(begin)) ++begin;
  while (inside(end)) ++end;
  return fmt::format("{}{}{}", begin > 0 ? "…" : "", trim(words.substr(begin, end - begin)),
                     end < words.size() ? "…" : "");
}

std::string recognized(const Explanation& e, const TerminalStyle& style) {
  std::vector<Entry> entries = entries_of(e);
  bool several_lines = std::ranges::any_of(entries, [](const Entry& entry) { return entry.in.line > 1; });
  std::string out;
  for (const Entry& entry : std::span(entries).first(std::min(most_shown, entries.size()))) {
    std::string lead = "  " + inked(padded(entry.value, 10), Ink::strong, style) + "  ";
    std::string indent(14, ' ');
    out += hanging(lead, entry.meaning, style.width);
    if (entries.size() <= few && !entry.not_that.empty())
      out += hanging(indent + "not: ", entry.not_that, style.width);
    if (!several_lines) continue;
    std::string often = entry.in.times > 1 ? fmt::format(", and {} more", entry.in.times - 1) : "";
    out +=
        hanging(indent, fmt::format("in line {}{}: {}", entry.in.line, often, excerpt(entry)), style.width);
  }
  if (entries.size() > most_shown)
    out += fmt::format("  and {} more (--json shows all)\n", entries.size() - most_shown);
  return out;
}

std::string ranked(const Explanation& e, const TerminalStyle& style) {
  if (e.causes.empty()) return "No cause of a failing connection is tied to these alone.\n";
  std::string out = "Causes behind it, in order:\n";
  std::vector<std::string> others;
  for (std::size_t i = 0; i < e.causes.size(); ++i) {
    const auto& r = e.causes[i];
    if (in_full <= i) {
      others.emplace_back(r.cause->id);
      if (r.found.certainty != causes::Certainty::possible)
        others.back() += fmt::format(" ({})", word(r.found.certainty));
      continue;
    }
    std::string title = fmt::format("{} ({}: {})", r.cause->title, word(r.found.certainty), r.cause->id);
    out += inked(hanging(fmt::format("  {}. ", i + 1), title, style.width), Ink::strong, style);
    std::vector<std::string> fits;
    for (const auto& line : r.found.evidence) fits.push_back(line.text);
    out += hanging("     fits: ", join(fits, "; "), style.width);
  }
  if (!others.empty()) out += hanging("  also possible: ", join(others, ", "), style.width);
  return out;
}

}  // namespace

std::string told_text(const Explanation& e, const TerminalStyle& style) {
  std::string out;
  if (e.ambiguous)
    out += hanging(
        "", "A number here means different things in different fields; where it was shown tells which it is.",
        style.width);
  out += recognized(e, style) + "\n" + ranked(e, style) + "\n";
  if (!e.next.empty()) out += hanging("Next: ", e.next, style.width);
  if (!e.causes.empty()) {
    out +=
        hanging("More: ", fmt::format("rdpdoctor explain {} says what to do about it", e.causes[0].cause->id),
                style.width);
  }
  return out;
}

}  // namespace rdpdoctor::report
