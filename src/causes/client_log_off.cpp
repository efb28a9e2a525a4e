// Told by a look at the client: the log that would tell more is off.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause client_log_off() {
  return {
      .id = "client-log-off",
      .title = "The client's detailed log is off.",
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
      .judge = needs_client,
  };
}

}  // namespace rdpdoctor::causes
