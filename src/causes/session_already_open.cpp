// Told by its codes, and by credentials: another session is in the way.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause session_already_open() {
  return {
      .id = "session-already-open",
      .title = "Another session of the account or the console is in the way.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The account is allowed one session and has one already (perhaps at the console, or left "
          "disconnected by somebody who shares the account), which takes over or is not given up; or a user "
          "at the console was asked and refused.",
      .tell_apart =
          "query session on the host shows it. Two people or two programs with one account push each other "
          "out again and again (extended 5).",
      .advice = {"On the host, who is on:   query session",
                 "On the client: look for a second client or program that reconnects by itself.",
                 "On the host, as administrator, end a forgotten session, after asking its user (unsaved "
                 "work is lost):   logoff ID",
                 "Give every person an account of their own."},
      .codes = {{"disconnect", 0x708, Certainty::possible, "a session on the console is being set up"},
                {"extended", 0x5, Certainty::likely, "another connection took the session over"},
                {"error-info", 0x5, Certainty::likely, "another connection took the session over"},
                {"logon-error", 0xFFFFFFF9, Certainty::likely, "the user of the other session refused"},
                {"logon-error", 0xFFFFFFF8, Certainty::likely, "the session is busy"},
                {"ntstatus", 0xC00A0017, Certainty::possible, "the session is busy"}},
      .events = {{"TerminalServices-LocalSessionManager", 40, "Reason=5", Certainty::possible,
                  "another connection took a session over", EventWeight::note}},
      .signs = {{"other-user", Certainty::likely, "the words name the other session"},
                {"xrdp-session-ended", Certainty::possible,
                 "the same user at the console is the usual reason"}},
      .judge = needs_session,
  };
}

}  // namespace rdpdoctor::causes
