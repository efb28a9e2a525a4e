// "TermService starts when wanted, as NT Authority\NetworkService; disabled: UmRdpService".
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {
namespace {

using evidence::ServiceFacts;

std::string start_words(const evidence::NumberFact& fact) {
  if (!fact.get()) return "start " + fact_words(fact);
  switch (*fact.get()) {
    case 2: return "starts by itself";
    case 3: return "starts when wanted";
    case 4: return "is disabled";
    default: return fmt::format("has start {}", *fact.get());
  }
}

bool has_hole(const ServiceFacts& s) {
  return s.exists.is.state == Presence::unreadable || s.start.is.state == Presence::unreadable;
}

}  // namespace

StageLine services_line(const evidence::HostFacts& h) {
  StageLine line{.outcome = Outcome::skipped, .summary = "not looked at", .topic = evidence::Topic::services};
  if (h.services.empty()) return line;
  const ServiceFacts& term = h.services.front();
  if (term.exists.is.state == Presence::absent)
    line.summary = "there is no TermService";
  else
    line.summary = "TermService " + start_words(term.start);
  if (const std::string* account = term.account.get())
    line.summary += fmt::format(", as {}", printable(*account, 80));
  if (const std::string* state = term.state.get())
    line.summary += fmt::format("; it is {}", printable(*state, 40));
  std::vector<std::string> disabled;
  for (const ServiceFacts& s : h.services)
    if (&s != &term && s.start.get() && *s.start.get() == 4) disabled.push_back(s.name);
  if (!disabled.empty()) line.summary += "; disabled: " + join(disabled, ", ");
  bool holes = std::ranges::any_of(h.services, has_hole);
  line.outcome = holes ? Outcome::skipped : Outcome::passed;
  if (holes) line.summary += "; not all could be read";
  return line;
}

}  // namespace rdpdoctor::report
