// Judges by a look at the client whether the log that would tell more is off.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/client_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::string_view operational = "Microsoft-Windows-TerminalServices-RDPClient/Operational";

Verdict judge(const CaseFile& c) {
  const ClientFacts* client = client_of(c);
  if (!client) return needs_client_look();
  auto at = std::ranges::find_if(client->channels,
                                 [](auto& one) { return equal_ignoring_case(one.channel, operational); });
  if (at == client->channels.end()) return needs_reading(operational, "not looked at");
  if (unreadable(at->enabled)) return needs_reading(at->enabled);
  const std::uint32_t* enabled = at->enabled.get();
  if (!enabled)
    return excluded(fmt::format("the client's Operational log is not switched off ({})", at->enabled.source));
  if (*enabled != 0)
    return excluded(fmt::format("the client's Operational log is on ({})", at->enabled.source));
  Found found{Certainty::proven,
              {line(at->enabled, "Enabled is 0: the client keeps no word of its own on why connections end")},
              false};
  found.note = true;
  return found;
}

}  // namespace

Cause client_log_off() {
  return {
      .id = "client-log-off",
      .title = "The client's log is off.",
      .stage = Stage::session,
      .machine = Machine::client,
      .explanation =
          "Windows' client writes its broad steps and its failed state changes (events 226 and 1024 to 1029) "
          "to its Operational log. The channels that have every step are, as far as is known, off by "
          "default. It is no fault: it only keeps the details hidden.",
      .tell_apart =
          "wevtutil gl Microsoft-Windows-TerminalServices-RDPClient/Analytic shows whether that channel is "
          "enabled.",
      .advice =
          {"On the client, PowerShell, the state it failed in (226) and the reason (1026):   Get-WinEvent "
           "-FilterHashtable @{LogName='Microsoft-Windows-TerminalServices-RDPClient/Operational'; "
           "Id=226,1026} -MaxEvents 10",
           "On the client, as administrator, turn the detailed log on, then connect once:   wevtutil sl "
           "Microsoft-Windows-TerminalServices-RDPClient/Analytic /e:true /q:true",
           "On the client, as administrator, off again before it is read:   wevtutil sl "
           "Microsoft-Windows-TerminalServices-RDPClient/Analytic /e:false",
           "On the client, PowerShell as administrator, read it:   Get-WinEvent -LogName "
           "Microsoft-Windows-TerminalServices-RDPClient/Analytic -Oldest"},
      .article = Article::names_it,
      .article_note = "The log is worth having before anything is changed, not after.",
      .fixes = {"enable-client-log"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
