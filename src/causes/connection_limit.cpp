// Judges whether first connections pass and later ones, beside them, are dropped.
#include <algorithm>

#include "causes/engine/requests.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

bool dropped(const Connection& c) {
  bool silent = c.x224.outcome == evidence::X224Outcome::silent && c.x224.bytes == 0;
  return cut_before_answer(c) || syn_unanswered(c) || (tcp_up(c) && silent);
}

Verdict judge(const CaseFile& c) {
  if (standards(c).empty()) return needs_probe();
  Connections same = filter(
      tcp_tried_main(c), [&](const Connection& conn) { return same_request(conn, *standards(c).front()); });
  std::ranges::sort(same, {}, [](auto* conn) { return std::pair(conn->started_ms, conn->number); });
  auto first_drop = std::find_if(same.begin(), same.end(), [](auto* conn) { return dropped(*conn); });
  Connections before(same.begin(), first_drop), after(first_drop, same.end());
  bool pattern = all_of(before, x224_answered) && after.size() > 1 && all_of(after, dropped);
  if (!pattern) return needs(need::host);
  return Found{Certainty::possible,
               {{source("x224", before), fmt::format("the first {} of {} such connections were answered",
                                                     before.size(), same.size())},
                {source("x224", after),
                 fmt::format("every later one was dropped, {}", share(after.size(), same.size()))}},
               true,
               ""};
}

}  // namespace

Cause connection_limit() {
  return {
      .id = "connection-limit",
      .title = "The host or its firewall limits new connections.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .explanation =
          "Windows counts connections that have not logged on yet and refuses more of them beyond a limit; "
          "firewalls and intrusion filters limit new connections by source. Password guessing from the "
          "internet fills the limit, so that real users are refused at random times. The host then logs "
          "event 1006 (many incomplete connections) in RemoteConnectionManager/Admin.",
      .tell_apart =
          "First attempts pass, parallel or later ones are dropped, and a pause heals it. One of several "
          "backends being broken is connection-intermittent: its failures are mixed and not in a row at the "
          "end. Dropped from the very first connection is a forwarder without host.",
      .advice =
          {"On the client: wait a minute and try once, without repeats.",
           "On the host, PowerShell as administrator, whether the limit was hit:   Get-WinEvent "
           "-FilterHashtable @{LogName='Microsoft-Windows-TerminalServices-RemoteConnectionManager/Admin'; "
           "Id=1006} -MaxEvents 5",
           "On the host, PowerShell as administrator, who connects:   Get-WinEvent -FilterHashtable "
           "@{LogName='Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational'; Id=131} -MaxEvents 50",
           "On the firewall or in the cloud console: don't expose the port to the internet: a VPN, an RD "
           "Gateway, or the few sources that need it.",
           "On the host, whether somebody set a low limit:   reg query "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v MaxOutstandingConnections"},
      .article = Article::names_it,
      .article_note =
          "The limiter exists, but the default of MaxOutstandingConnections is not documented, so raising it "
          "is guesswork: it can help only when event 1006 shows that the limit was hit.",
      .fixes = {"raise-outstanding-connections"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the limiter closes the socket of a connection it does not want"},
                {"extended", 0x7, Certainty::possible, "the host turned the connection away"},
                {"winsock", 10054, Certainty::possible, "the limiter resets the connection"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
