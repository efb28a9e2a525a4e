// Told by its codes, and by credentials: the account has expired.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause account_expired() {
  return {
      .id = "account-expired",
      .title = "The account has expired.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The account carries an end date that has passed. This is not the password's age: a new password "
          "does not help.",
      .tell_apart = "The code names it; the account's end date in the directory confirms it.",
      .advice = {"On the domain controller, PowerShell:   Get-ADUser USER -Properties AccountExpirationDate",
                 "There, if it should go on, with the new date:   Set-ADAccountExpiration -Identity USER "
                 "-DateTime 2027-06-30",
                 "On the host, a local account shows \"Account expires\":   net user USER",
                 "There, PowerShell as administrator, with the new date:   Set-LocalUser -Name USER "
                 "-AccountExpires 2027-06-30"},
      .codes = {{"disconnect", 0xE07, Certainty::likely, "the account has expired"},
                {"ntstatus", 0xC0000193, Certainty::likely, "the account has expired"},
                {"freerdp", 0x20019, Certainty::likely, "the account has expired"}},
      .events = {{"Security-Auditing", 4625, "0xC0000193", Certainty::likely,
                  "a logon failed, for the account has expired"}},
      .signs = {{"account-expired", Certainty::likely, "the words say that the account has expired"}},
      .judge = [](const CaseFile& c) -> Verdict { return judge_logon_status(c, {0xC0000193}); },
  };
}

}  // namespace rdpdoctor::causes
