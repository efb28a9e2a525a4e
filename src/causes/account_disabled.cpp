// Told by its codes, and by credentials: the account is disabled.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause account_disabled() {
  return {
      .id = "account-disabled",
      .title = "The account is disabled.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "An administrator or a rule has disabled the account on the host or in the domain. Name and "
          "password may well be right.",
      .tell_apart =
          "The code names it. If the account works elsewhere, another account of the same name (local "
          "instead of domain) was used here.",
      .advice =
          {"On the domain controller, PowerShell:   Get-ADUser USER | Select-Object Name,Enabled",
           "There, if it should be on (undo: Disable-ADAccount):   Enable-ADAccount -Identity USER",
           "On the host, a local account shows \"Account active\":   net user USER",
           "There, as administrator, if it should be on (undo: /active:no):   net user USER /active:yes"},
      .codes = {{"disconnect", 0xB07, Certainty::likely, "the account is disabled"},
                {"ntstatus", 0xC0000072, Certainty::likely, "the account is disabled"},
                {"rdstls", 0x533, Certainty::likely, "the account is disabled"},
                {"freerdp", 0x20012, Certainty::likely, "the account is disabled"},
                {"freerdp", 0x20010, Certainty::possible, "the account has been revoked"}},
      .events = {{"Security-Auditing", 4625, "0xC0000072", Certainty::likely,
                  "a logon failed, for the account is disabled"}},
      .signs = {{"account-disabled", Certainty::likely, "the words say that the account is disabled"},
                {"access-denied-by-server", Certainty::possible, "one of the four that guacd sums up so"}},
      .judge = [](const CaseFile& c) -> Verdict { return judge_logon_status(c, {0xC0000072}); },
  };
}

}  // namespace rdpdoctor::causes
