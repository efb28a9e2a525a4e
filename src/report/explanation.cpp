#include "report/explanation.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.h"
#include "fmt/core.h"
#include "report/next_step.h"

namespace rdpdoctor::report {
namespace {

using causes::Cause;
using causes::Certainty;
using causes::RankedCause;

constexpr std::string_view expected_code =
    "a code as a client shows it (0x904, 2308, -1073741715), a pair (0x904 0x7), a code's name, or a cause "
    "id";

void add(Explanation& e, std::string_view asked, const codes::Match& m) {
  e.codes.push_back({std::string(asked), m.code->value, m.family, m.code});
}

bool in(std::string_view family, std::initializer_list<std::string_view> families) {
  return std::find(families.begin(), families.end(), family) != families.end();
}

// In a pair the first number is the client's main code, the second its extended one; each field has its own
// tables.
void add_field(Explanation& e, std::string_view text, std::uint32_t value,
               std::initializer_list<std::string_view> families) {
  std::size_t before = e.codes.size();
  for (const auto& m : codes::find_value(value)) {
    if (in(m.family->id, families)) add(e, text, m);
  }
  if (e.codes.size() == before) e.codes.push_back({std::string(text), value, nullptr, nullptr});
}

std::optional<Error> add_single(Explanation& e, std::string_view text) {
  auto value = codes::parse_code(text);
  auto matches = value ? codes::find_value(*value) : codes::find_name(text);
  for (const auto& m : matches) add(e, text, m);
  e.ambiguous = matches.size() > 1;
  for (ExplainedCode& c : e.codes) c.ambiguous = e.ambiguous;
  if (!matches.empty()) return std::nullopt;
  return Error{fmt::format("'{}' is in no table of codes known here", printable(text, 80)), ErrorKind::usage,
               0, std::string(expected_code)};
}

// A row of a cause that fits something explained.
struct Fit {
  std::string source;
  std::string_view why;
  Certainty certainty;
  bool reported;
};

// The codes and signs of a cause that are among the explained ones.
std::vector<Fit> fits_of(const Cause& cause, const Explanation& e) {
  std::vector<Fit> out;
  for (const causes::CodeFit& fit : cause.codes) {
    for (const ExplainedCode& code : e.codes) {
      if (!code.family || fit.family != code.family->id || fit.value != code.value) continue;
      // In a text a number of several meanings carries no more than a possibility.
      Certainty certainty = code.ambiguous && code.in.line != 0 ? Certainty::possible : fit.certainty;
      out.push_back({fmt::format("{} 0x{:X}", fit.family, fit.value), fit.why, certainty, fit.reported});
      break;
    }
  }
  for (const causes::SignFit& fit : cause.signs) {
    bool told = std::ranges::any_of(e.signs, [&](auto& s) { return s.sign->id == fit.sign; });
    if (told) out.push_back({fmt::format("words {}", fit.sign), fit.why, fit.certainty, false});
  }
  return out;
}

// The causes whose file names one of these codes or signs: the surer first, then those that first-hand
// reports tie to them; of those that are merely possible the ones that only a look at the host tells come
// last, being the more exact forms of others; then those that fit more of them, then by stage.
void add_causes(Explanation& e) {
  auto key = [&](const RankedCause& r) {
    auto fits = fits_of(*r.cause, e);
    bool reported = std::any_of(fits.begin(), fits.end(), [](auto& fit) { return fit.reported; });
    bool exact_form = r.cause->topic && r.found.certainty == Certainty::possible;
    return std::tuple(r.found.certainty, !reported, exact_form, -std::ssize(fits), r.cause->stage,
                      r.cause->id);
  };
  for (const Cause& cause : causes::all_causes()) {
    RankedCause r{&cause, {}, {}};
    for (const Fit& fit : fits_of(cause, e)) {
      r.found.certainty = std::min(r.found.certainty, fit.certainty);
      bool said = std::any_of(r.found.evidence.begin(), r.found.evidence.end(),
                              [&](auto& line) { return line.text == fit.why; });
      if (said) continue;  // the extended code and Set Error Info share their numbers
      r.found.evidence.push_back({fit.source, std::string(fit.why)});
    }
    if (!r.found.evidence.empty()) e.causes.push_back(std::move(r));
  }
  std::sort(e.causes.begin(), e.causes.end(), [&](auto& a, auto& b) { return key(a) < key(b); });
}

void add_told_code(Explanation& e, const evidence::Told& told) {
  std::string asked = fmt::format("0x{:X}", told.value);
  std::vector<codes::Match> matches;
  if (told.family.empty()) {
    matches = codes::find_value(told.value);
  } else if (told.family == "extended") {
    // A client shows what the host sent as Set Error Info in the same field.
    matches = codes::find_value(told.value);
    std::erase_if(matches, [](const auto& m) { return !in(m.family->id, {"extended", "error-info"}); });
  } else if (const codes::Code* code = codes::find_code(told.family, told.value)) {
    matches = {{codes::find_family(told.family), code}};
  }
  InText place{told.line, told.words, 1};
  bool ambiguous = told.family.empty() && matches.size() > 1;
  if (matches.empty()) e.codes.push_back({asked, told.value, nullptr, nullptr, false, place});
  for (const auto& m : matches) e.codes.push_back({asked, told.value, m.family, m.code, ambiguous, place});
  e.ambiguous = e.ambiguous || ambiguous;
}

// What is there already is told once more; false if it is not.
bool told_before(Explanation& e, const evidence::Told& told) {
  bool before = false;
  for (ExplainedSign& s : e.signs) {
    if (s.sign->id != told.sign) continue;
    ++s.in.times;
    before = true;
  }
  for (ExplainedCode& c : e.codes) {
    if (!told.sign.empty() || c.value != told.value) continue;
    if (!told.family.empty() && c.family && c.family->id != told.family) continue;
    ++c.in.times;
    before = true;
  }
  return before;
}

}  // namespace

Result<Explanation> explain(std::string_view code, std::string_view extended) {
  Explanation e;
  if (extended.empty()) {
    auto slash = code.find('/');
    if (slash != std::string_view::npos) return explain(code.substr(0, slash), code.substr(slash + 1));
    if (auto error = add_single(e, code)) return std::unexpected(std::move(*error));
  } else {
    auto first = codes::parse_code(code);
    auto second = codes::parse_code(extended);
    if (!first || !second) {
      return std::unexpected(
          Error{fmt::format("'{}' is not a number", printable(first ? extended : code, 80)), ErrorKind::usage,
                0, "two codes as a client shows them, such as 0x904 0x7"});
    }
    add_field(e, code, *first, {"disconnect", "gateway"});
    add_field(e, extended, *second, {"extended", "error-info"});
    bool known = std::any_of(e.codes.begin(), e.codes.end(), [](auto& c) { return c.family != nullptr; });
    if (!known) {
      return std::unexpected(Error{fmt::format("neither '{}' nor '{}' is in a table of codes known here",
                                               printable(code, 40), printable(extended, 40)),
                                   ErrorKind::usage, 0, std::string(expected_code)});
    }
  }
  add_causes(e);
  e.next = next_step(e, "HOST");
  return e;
}

Explanation explain(const std::vector<evidence::Told>& told) {
  Explanation e;
  std::set<std::string> hosts;
  for (const evidence::Told& t : told) {
    if (!t.about.empty()) hosts.insert(lower(t.about));
    if (told_before(e, t)) continue;
    if (t.sign.empty()) {
      add_told_code(e, t);
    } else if (const codes::Sign* sign = codes::find_sign(t.sign)) {
      e.signs.push_back({sign, {t.line, t.words, 1}});
    }
  }
  if (e.codes.empty() && e.signs.empty()) return e;
  add_causes(e);
  e.next = next_step(e, hosts.size() == 1 ? *hosts.begin() : "HOST");
  return e;
}

}  // namespace rdpdoctor::report
