// Told by its codes, and by credentials: the host does not accept the user name or password.
#include "causes/engine/session_views.h"
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause logon_refused() {
  return {
      .id = "logon-refused",
      .title = "The host does not accept the user name or password.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The connection, TLS and NLA all work, and the host or its domain says that this name and "
          "password don't belong together: a typing error, a changed password that is still saved, the "
          "wrong domain (a local account needs HOST\\name or .\\name), or an account that the machine "
          "reached does not know.",
      .tell_apart =
          "Locked, disabled and expired accounts have codes of their own, but some hosts hide them behind "
          "this one. Try the same account at the console or with runas; host event 4625 in the Security log "
          "gives the exact sub-status.",
      .advice = {"On the client: type user name and password anew, with the domain or host: DOMAIN\\name, "
                 "HOST\\name or name@domain.",
                 "On the client, a saved entry for the host (cmdkey /delete:TERMSRV/HOST removes it):   "
                 "cmdkey /list:TERMSRV/HOST",
                 "On the host, PowerShell as administrator; the sub-status says what was wrong:   "
                 "Get-WinEvent -FilterHashtable @{LogName='Security'; Id=4625} -MaxEvents 5"},
      .article = Article::wrong,
      .article_note =
          "Wrong or saved credentials are not what 0x904 means: Windows has codes of their own for them "
          "(0x807 and its like), which say that the network and TLS are fine.",
      .fixes = {"clear-saved-credentials"},
      .codes = {{"disconnect", 0x807, Certainty::likely, "the host refused the name or password"},
                {"disconnect", 0xA07, Certainty::likely, "the host has no such account"},
                {"extended", 0x300, Certainty::likely, "the credentials were not accepted"},
                {"ntstatus", 0xC000006D, Certainty::likely, "the host refused the name or password"},
                {"ntstatus", 0xC000006A, Certainty::likely, "the password is wrong"},
                {"ntstatus", 0xC0000064, Certainty::likely, "there is no such account"},
                {"rdstls", 0x52E, Certainty::likely, "the redirected credentials were refused"},
                {"logon-error", 0x0, Certainty::likely, "the logon failed by name or password"},
                {"freerdp", 0x20009, Certainty::possible, "the user could not be authenticated"},
                {"freerdp", 0x20014, Certainty::likely, "the host refused the name or password"},
                {"freerdp", 0x20015, Certainty::likely, "the password is wrong"},
                {"freerdp", 0x2001B, Certainty::possible, "the client had no credentials to send"},
                {"schannel", 0x8009030C, Certainty::likely, "the host refused the logon"}},
      .events = {{"Security-Auditing", 4625, "0xC000006A", Certainty::likely,
                  "a logon failed by its password", EventWeight::note},
                 {"Security-Auditing", 4625, "0xC0000064", Certainty::likely,
                  "a logon failed for want of such an account", EventWeight::note},
                 {"Security-Auditing", 4776, "0xC000006A", Certainty::possible,
                  "an NTLM logon failed by its password", EventWeight::note},
                 {"Security-Auditing", 4771, "Status=0x18", Certainty::possible,
                  "a Kerberos logon failed by its password", EventWeight::note},
                 {"RemoteDesktopServices-RdpCoreTS", 140, "", Certainty::likely,
                  "a connection failed by its user name or password", EventWeight::note},
                 {"RemoteDesktopServices-RdpCoreTS", 147, "0x8007052E", Certainty::likely,
                  "a logon failed by its user name or password", EventWeight::note},
                 {"TerminalServices-RemoteConnectionManager", 1012, "", Certainty::likely,
                  "a client failed to log on too often", EventWeight::note}},
      .signs = {{"logon-failed", Certainty::likely, "the words say that the logon was refused"},
                {"xrdp-login-failed", Certainty::likely, "xrdp says that the login failed"},
                {"mstsc-authentication-error", Certainty::possible, "NLA failed"},
                {"mstsc-lsa", Certainty::possible, "a name that does not exist gives these words, too"},
                {"mstsc-message-altered", Certainty::possible,
                 "with a wrong password the signature does not verify"},
                {"nla-failed", Certainty::possible, "NLA failed"},
                {"mic-failed", Certainty::possible, "with a wrong password the check fails"},
                {"event-4625", Certainty::possible, "the host refused a logon"}},
      .judge = [](const CaseFile& c) -> Verdict {
        Verdict told = judge_logon_status(c, {0xC000006D, 0xC000006A, 0xC0000064});
        if (std::holds_alternative<Found>(told)) return told;
        return possible_in_hidden_logon(
            c, "a refused name or password, a missing right and refused NTLM look alike", told);
      },
  };
}

}  // namespace rdpdoctor::causes
