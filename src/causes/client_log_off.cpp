// Told by a look at the client: the log that would tell more is off.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause client_log_off() {
  return {
      .id = "client-log-off",
      .title = "The client's own log is off.",
      .stage = Stage::session,
      .machine = Machine::client,
      .explanation =
          "Windows' client writes only the broad steps to its log. The channels that name the state in "
          "which a connection ended (RDPClient_TCP, RDPClient_SSL) are off by default. It is no fault: it "
          "only keeps the reason hidden.",
      .tell_apart = "wevtutil gl on the channel shows whether it is on.",
      .advice = {"On the client, as administrator: wevtutil sl "
                 "Microsoft-Windows-TerminalServices-RDPClient/Analytic /e:true, connect once, then the "
                 "same with /e:false.",
                 "On the client: in Microsoft-Windows-TerminalServices-RDPClient/Operational look at event "
                 "226 (the state it failed in) and 1026 (the reason)."},
      .article = Article::names_it,
      .article_note = "Rightly: the client's detailed log is worth having before anything is changed.",
      .fixes = {"enable-client-log"},
      .judge = needs_client,
  };
}

}  // namespace rdpdoctor::causes
