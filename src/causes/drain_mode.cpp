// Told by its codes, and by credentials: the host takes no new sessions on purpose.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause drain_mode() {
  return {
      .id = "drain-mode",
      .title = "The host takes no new sessions: drain mode or logons switched off.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "An administrator, a deployment or an update has set the host to take no new users: \"change "
          "logon /drain\" or \"/disable\", or the farm's maintenance switch. Existing sessions go on and "
          "can be reconnected in drain mode.",
      .tell_apart =
          "Host event 1070 (drain mode) or 1071 (connections off) at that time; \"change logon /query\" "
          "shows it. A full host is session-limit.",
      .advice = {"On the host, what is set:   change logon /query",
                 "On an administrator's client, to get in meanwhile:   mstsc /admin /v:HOST",
                 "On the host, as administrator, when the maintenance is over (undo: /drain):   change logon "
                 "/enable",
                 "In Server Manager, for a farm: Collection > host > Allow new connections."},
      .fixes = {"allow-logons"},
      .codes = {{"disconnect", 0x3, Certainty::possible, "the host ended the connection"},
                {"ntstatus", 0xC00A0037, Certainty::likely, "logons are switched off on the host"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 1070, "", Certainty::proven,
                  "a logon was turned away, for the host is in drain mode"},
                 {"TerminalServices-RemoteConnectionManager", 1071, "", Certainty::proven,
                  "a connection was turned away, for connections are switched off"},
                 {"TerminalServices-LocalSessionManager", 34, "", Certainty::likely,
                  "logons are off while setup runs"}},
      .signs = {{"logons-disabled", Certainty::likely, "the words say that new sessions are not taken"},
                {"no-resources", Certainty::possible, "hosts in drain mode are not given out"},
                {"server-denied", Certainty::possible, "a host that takes no sessions denies"}},
      .judge = needs_session,
  };
}

}  // namespace rdpdoctor::causes
