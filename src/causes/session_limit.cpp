// Told by its codes, and by credentials: a limit on sessions is reached.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause session_limit() {
  return {
      .id = "session-limit",
      .title = "A limit on sessions is reached.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The host has as many sessions as it may (two administrators without the Session Host role, or "
          "the policy's number), or this session ran into a limit of time: idle, active or disconnected.",
      .tell_apart =
          "query session on the host counts the sessions; event 20515 to 20518 of RemoteConnectionManager "
          "names a limit of time. Another connection of the same account is session-already-open.",
      .advice = {"On the host, who is on:   query session",
                 "On the host, as administrator, end a forgotten session, after asking its user (unsaved "
                 "work is lost):   logoff ID",
                 "On the host, limits that a policy sets (MaxInstanceCount, MaxIdleTime and so on):   reg "
                 "query \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services\"",
                 "In the policies under Remote Desktop Session Host > Session Time Limits and > Connections: "
                 "change the limit if it is too tight."},
      .fixes = {"lift-instance-limit"},
      .codes = {{"extended", 0x3, Certainty::likely, "the session was idle longer than allowed"},
                {"error-info", 0x3, Certainty::likely, "the session was idle longer than allowed"},
                {"extended", 0x4, Certainty::likely, "the session lasted longer than allowed"},
                {"error-info", 0x4, Certainty::likely, "the session lasted longer than allowed"},
                {"logon-error", 0xFFFFFFFB, Certainty::likely,
                 "the host is full and asks which session is to give way"},
                {"ntstatus", 0xC0000246, Certainty::likely, "the host has as many connections as it may"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 20515, "", Certainty::likely,
                  "a session was idle over its limit and was logged off"},
                 {"TerminalServices-RemoteConnectionManager", 20516, "", Certainty::likely,
                  "a session was idle over its limit and was disconnected"},
                 {"TerminalServices-RemoteConnectionManager", 20517, "", Certainty::likely,
                  "a session reached its time limit and was logged off"},
                 {"TerminalServices-RemoteConnectionManager", 20518, "", Certainty::likely,
                  "a session reached its time limit and was disconnected"},
                 {"TerminalServices-LocalSessionManager", 40, "Reason=3", Certainty::likely,
                  "a session was ended for being idle too long"}},
      .signs = {{"too-many-connections", Certainty::likely, "the words name the limit"},
                {"mstsc-busy", Certainty::possible, "a full host answers so, too"},
                {"no-resources", Certainty::possible, "every host of the pool is full"},
                {"server-denied", Certainty::possible, "a full host denies"}},
      .judge = needs_session,
  };
}

}  // namespace rdpdoctor::causes
