// Told by its codes, and by credentials: the account is locked out.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause account_locked() {
  return {
      .id = "account-locked",
      .title = "The account is locked out.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "Too many wrong passwords have locked the account, and it stays locked for the time the policy "
          "sets or until somebody unlocks it. A forgotten service or a phone with the old password, or "
          "password guessing from outside, does it again and again.",
      .tell_apart =
          "The code names it. What locks it is in the domain controllers' event 4740, which names the "
          "computer that the wrong passwords came from.",
      .advice = {"On the domain controller, PowerShell:   Search-ADAccount -LockedOut",
                 "There, when you know who it is:   Unlock-ADAccount -Identity USER",
                 "On the PDC emulator, PowerShell as administrator, which computer locks it:   Get-WinEvent "
                 "-FilterHashtable @{LogName='Security'; Id=4740} -MaxEvents 10",
                 "On that computer: remove the old password (a service, a task, a mapped drive, a saved "
                 "credential).",
                 "On the host, for a local account: lusrmgr.msc > Users > the account: untick \"Account is "
                 "locked out\"."},
      .codes = {{"disconnect", 0xD07, Certainty::likely, "the account is locked out"},
                {"ntstatus", 0xC0000234, Certainty::likely, "the account is locked out"},
                {"rdstls", 0x775, Certainty::likely, "the account is locked out"},
                {"freerdp", 0x20018, Certainty::likely, "the account is locked out"}},
      .events = {{"Security-Auditing", 4625, "0xC0000234", Certainty::likely,
                  "a logon failed, for the account is locked"}},
      .signs = {{"account-locked", Certainty::likely, "the words say that the account is locked"},
                {"access-denied-by-server", Certainty::possible, "one of the four that guacd sums up so"}},
      .judge = [](const CaseFile& c) -> Verdict { return judge_logon_status(c, {0xC0000234}); },
  };
}

}  // namespace rdpdoctor::causes
