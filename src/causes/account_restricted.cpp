// Told by its codes, and by credentials: a restriction of the account forbids this logon.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause account_restricted() {
  return {
      .id = "account-restricted",
      .title = "A restriction of the account forbids this logon.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The account is right and may not log on in this way: hours, computers it may log on to, an empty "
          "password (which Windows allows at the console only), a demand for a smart card, an "
          "authentication policy, or membership of Protected Users, which forbids NTLM.",
      .tell_apart =
          "Hours and computers have codes of their own. For Protected Users the same logon works by host "
          "name (Kerberos) and fails by address (NTLM): that is ntlm-refused.",
      .advice = {"On the client: connect by the host's full name, not by its address, so that Kerberos can "
                 "be used.",
                 "On the domain controller, PowerShell:   Get-ADUser USER -Properties "
                 "LogonWorkstations,logonHours,SmartcardLogonRequired,MemberOf",
                 "On the host, for a local account with an empty password: give it one at the console."},
      .codes = {{"disconnect", 0xC07, Certainty::likely, "a restriction of the account forbids it"},
                {"disconnect", 0x1007, Certainty::likely, "the account may not log on at this hour"},
                {"disconnect", 0x1107, Certainty::likely,
                 "the account may not log on from or to this computer"},
                {"ntstatus", 0xC000006F, Certainty::likely, "the account may not log on at this hour"},
                {"ntstatus", 0xC0000070, Certainty::likely,
                 "the account may not log on from or to this computer"},
                {"ntstatus", 0xC000006E, Certainty::likely, "a restriction of the account forbids it"},
                {"ntstatus", 0xC0000413, Certainty::possible,
                 "the account may not log on to this computer across the trust"},
                {"rdstls", 0x530, Certainty::likely, "the account may not log on at this hour"},
                {"freerdp", 0x20017, Certainty::likely, "a restriction of the account forbids it"}},
      .events = {{"Security-Auditing", 4625, "0xC000006E", Certainty::likely,
                  "a logon failed by a restriction of the account"},
                 {"Security-Auditing", 4625, "0xC000006F", Certainty::likely,
                  "a logon failed, for it was outside the allowed hours"},
                 {"Security-Auditing", 4625, "0xC0000070", Certainty::likely,
                  "a logon failed, for it came from a workstation that is not allowed"}},
      .signs = {{"account-restriction", Certainty::likely, "the words name a restriction of the account"},
                {"account-hours", Certainty::likely, "the words name the logon hours"},
                {"account-workstations", Certainty::likely, "the words name a list of computers"},
                {"mstsc-lsa", Certainty::possible, "a restriction of the account gives these words, too"},
                {"access-denied-by-server", Certainty::possible, "one of the four that guacd sums up so"},
                {"xrdp-login-failed", Certainty::possible, "PAM may refuse the account for another reason"}},
      .judge = [](const CaseFile& c) -> Verdict {
        return judge_logon_status(c, {0xC000006E, 0xC000006F, 0xC0000070, 0xC0000413});
      },
  };
}

}  // namespace rdpdoctor::causes
