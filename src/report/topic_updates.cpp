// "build 20348.2113; newest cumulative update 20348.2113; 37 updates listed".
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {
namespace {

std::uint32_t revision(const std::string& build) {
  return decimal<std::uint32_t>(std::string_view(build).substr(build.find('.') + 1)).value_or(0);
}

// Of the build that runs; older builds' packages may have stayed.
std::string newest_rollup(const evidence::HostFacts& h) {
  const std::string* build = h.system.build.get();
  std::string begin = build ? build->substr(0, build->find('.')) + "." : "";
  const std::string* newest = nullptr;
  for (const evidence::TextFact& rollup : h.updates.rollups) {
    const std::string* text = rollup.get();
    bool fits = text && text->starts_with(begin);
    if (fits && (!newest || revision(*newest) < revision(*text))) newest = text;
  }
  return newest ? *newest : "";
}

}  // namespace

StageLine updates_line(const evidence::HostFacts& h) {
  StageLine line{.outcome = Outcome::skipped, .summary = "not looked at", .topic = evidence::Topic::updates};
  const auto& installed = h.updates.installed;
  if (installed.is.state == Presence::not_looked) return line;
  std::vector<std::string> parts;
  if (const std::string* build = h.system.build.get()) parts.push_back("build " + *build);
  if (std::string rollup = newest_rollup(h); !rollup.empty())
    parts.push_back("newest cumulative update " + rollup);
  if (const auto* list = installed.get())
    parts.push_back(count_of(list->size() + h.updates.left_out, "single update"));
  else
    parts.emplace_back(installed.is.state == Presence::absent ? "no list of packages"
                                                              : "the list of packages can't be read");
  line.outcome = installed.is.state == Presence::unreadable ? Outcome::skipped : Outcome::passed;
  line.summary = join(parts, "; ");
  return line;
}

}  // namespace rdpdoctor::report
