// Judges whether the host allows too few connections that have not logged on yet.
#include "causes/engine/log_views.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// Windows' own limit is not documented. What is called low here is what a few users who come at once, each
// with a client that opens more than one connection, use up.
constexpr std::uint32_t low = 16;

std::optional<EvidenceLine> limit_was_hit(const CaseFile& c) {
  const Event* last = nullptr;
  for (const Event& e : c.events)
    if (is_event(e, "TerminalServices-RemoteConnectionManager", 1006)) last = &e;
  if (!last) return std::nullopt;
  return EvidenceLine{source(*last), "event 1006: the host counted many incomplete connections"};
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::NumberFact& fact = host->remote_desktop.outstanding_connections;
  if (unreadable(fact)) return needs_reading(fact);
  std::optional<EvidenceLine> hit = limit_was_hit(c);
  const std::uint32_t* value = fact.get();
  if (value && *value < low) {
    Found found{
        hit ? Certainty::likely : Certainty::possible,
        {line(fact, fmt::format("MaxOutstandingConnections is {}; what Windows takes without it is not "
                                "documented",
                                *value))},
        hit.has_value()};
    if (hit) found.evidence.push_back(std::move(*hit));
    temper(*host, "SYSTEM", found);
    return found;
  }
  std::string stands = value ? fmt::format("MaxOutstandingConnections is {}", *value)
                             : "MaxOutstandingConnections is not set, so Windows' own limit counts";
  // Whoever floods the host reaches any limit: connection-limit tells of it.
  if (hit) stands += "; that the limit was reached all the same is told by connection-limit";
  if (value) return excluded(fmt::format("{} ({})", stands, fact.source));
  return excluded_if_whole(*host, "SYSTEM", fmt::format("{} ({})", stands, fact.source));
}

}  // namespace

Cause outstanding_connections_low() {
  return {
      .id = "outstanding-connections-low",
      .title = "The host allows few connections that have not logged on yet.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .topic = Topic::remote_desktop,
      .explanation =
          "Windows counts Remote Desktop connections that have not logged on yet and holds back more of them "
          "beyond a limit, against floods. The value MaxOutstandingConnections replaces that limit. Set to a "
          "handful, it lets a few users, or a few guesses of passwords from the internet, keep the others "
          "out. It is not there by default, and what Windows takes then is not documented: pages that name "
          "a default are guessing.",
      .tell_apart =
          "The value and host event 1006 together name it; the value alone says only that it may happen. "
          "connection-limit is the same seen from the wire: attempts made alone pass, some of several at "
          "once are dropped.",
      .advice = {"On the host, PowerShell as administrator, whether the limit was hit:   Get-WinEvent "
                 "-FilterHashtable @{LogName='Microsoft-Windows-TerminalServices-RemoteConnectionManager/"
                 "Admin'; Id=1006} -MaxEvents 5",
                 "On the firewall or in the cloud console: don't expose the port to the internet, which is "
                 "what fills the limit.",
                 "On the host, what is set:   reg query \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal "
                 "Server\" /v MaxOutstandingConnections",
                 "On the host, as administrator, back to Windows' own limit (undo: the old value), then "
                 "restart the host:   reg delete \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal "
                 "Server\" /v MaxOutstandingConnections /f"},
      .article = Article::names_it,
      .article_note =
          "The article raises the value without looking: it helps only where it is set low, or where event "
          "1006 shows that the limit was reached.",
      .fixes = {"raise-outstanding-connections"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the limiter closes the socket of a connection it does not want"},
                {"extended", 0x7, Certainty::possible, "the host turned the connection away"}},
      .covers = {"connection-limit"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
