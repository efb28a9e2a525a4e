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
      .judge = needs_session,
  };
}

}  // namespace rdpdoctor::causes
