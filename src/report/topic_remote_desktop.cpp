// "on", "off by policy", "on; drain mode 1".
#include "base/text.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {

StageLine remote_desktop_line(const evidence::HostFacts& h) {
  StageLine line{
      .outcome = Outcome::skipped, .summary = "not looked at", .topic = evidence::Topic::remote_desktop};
  const evidence::NumberFact& deny = h.remote_desktop.deny_connections;
  if (deny.is.state == Presence::not_looked) return line;
  line.outcome = deny.is.state == Presence::unreadable ? Outcome::skipped : Outcome::passed;
  if (const std::uint32_t* value = deny.get())
    line.summary = fmt::format("{}{}", *value == 0 ? "on" : "off", deny.by_policy ? " by policy" : "");
  else
    line.summary = fmt::format("fDenyTSConnections {}{}", deny.is.state == Presence::absent ? "is " : "",
                               fact_words(deny));
  if (const std::uint32_t* drain = h.remote_desktop.drain_mode.get(); drain && *drain != 0)
    line.summary += fmt::format("; drain mode {}", *drain);
  if (const std::uint32_t* most = h.remote_desktop.outstanding_connections.get())
    line.summary += fmt::format("; MaxOutstandingConnections {}", *most);
  return line;
}

}  // namespace rdpdoctor::report
