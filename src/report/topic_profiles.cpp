// "4 users' profiles; 1 moved aside".
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {

StageLine profiles_line(const evidence::HostFacts& h) {
  StageLine line{.outcome = Outcome::skipped, .summary = "not looked at", .topic = evidence::Topic::profiles};
  const evidence::ProfileFacts& profiles = h.profiles;
  if (profiles.count.is.state == Presence::not_looked) return line;
  line.summary = "the list of profiles can't be read";
  if (!profiles.count.get()) return line;
  auto count = [&](auto&& is) { return static_cast<std::size_t>(std::ranges::count_if(profiles.users, is)); };
  std::size_t aside = count([](const evidence::UserProfile& u) { return u.backup; });
  std::size_t damaged = count(
      [](const evidence::UserProfile& u) { return u.hive.get() && u.hive.get()->starts_with("damaged"); });
  std::size_t unread =
      count([](const evidence::UserProfile& u) { return u.hive.is.state == Presence::unreadable; });
  line.summary = count_of(*profiles.count.get() - aside, "user profile");
  if (aside != 0) line.summary += fmt::format("; {} moved aside", aside);
  if (damaged != 0) line.summary += fmt::format("; {} with a damaged registry", damaged);
  if (unread != 0) line.summary += fmt::format("; {} can't be read", unread);
  if (profiles.left_out != 0) line.summary += fmt::format("; {} not looked at", profiles.left_out);
  line.outcome = unread == 0 ? Outcome::passed : Outcome::skipped;
  return line;
}

}  // namespace rdpdoctor::report
