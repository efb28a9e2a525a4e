// Told by its codes, and by credentials: the password has expired or must be changed.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause password_expired() {
  return {
      .id = "password-expired",
      .title = "The password has expired or must be changed first.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The password is right and too old, or was set by an administrator with \"must change at next "
          "logon\". With NLA the logon happens before there is a screen, so the password can't be changed "
          "in the session.",
      .tell_apart = "The code names it; an expired account is another thing (account-expired).",
      .advice =
          {"On the client: change it where the organisation offers it (a password portal, RD Web Access).",
           "On another machine of the domain, or at the host's console: log on and change the password "
           "(Ctrl+Alt+Del).",
           "On the domain controller: set a new password without \"must change at next logon\".",
           "Do not turn NLA off for it."},
      .codes = {{"disconnect", 0xF07, Certainty::likely, "the password has expired"},
                {"disconnect", 0x1207, Certainty::likely,
                 "the password must be changed before the first logon"},
                {"ntstatus", 0xC0000071, Certainty::likely, "the password has expired"},
                {"ntstatus", 0xC0000224, Certainty::likely, "the password must be changed first"},
                {"rdstls", 0x532, Certainty::likely, "the password has expired"},
                {"rdstls", 0x773, Certainty::likely, "the password must be changed first"},
                {"logon-error", 0x1, Certainty::likely, "the password must be changed to go on"},
                {"freerdp", 0x2000E, Certainty::likely, "the password has expired"},
                {"freerdp", 0x2000F, Certainty::likely, "the password has expired"},
                {"freerdp", 0x20013, Certainty::likely, "the password must be changed first"},
                {"gateway", 0x3000021, Certainty::possible, "the password used at the gateway has expired"}},
      .events = {{"Security-Auditing", 4625, "0xC0000071", Certainty::likely,
                  "a logon failed, for the password has expired"},
                 {"Security-Auditing", 4625, "0xC0000224", Certainty::likely,
                  "a logon failed, for the password must be changed first"}},
      .signs = {{"password-expired", Certainty::likely, "the words say that the password has expired"},
                {"mstsc-lsa", Certainty::possible,
                 "an expired password gives these words where NLA is required"}},
      .judge = [](const CaseFile& c) -> Verdict { return judge_logon_status(c, {0xC0000071, 0xC0000224}); },
  };
}

}  // namespace rdpdoctor::causes
