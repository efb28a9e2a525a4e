// Told by its codes, and by credentials: the host refuses the session in its Set Error Info PDU.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause session_denied() {
  return {
      .id = "session-denied",
      .title = "The host refuses the session after logon.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The connection got through TLS and logon, and the host then sent Set Error Info \"server denied "
          "the connection\" and closed. Policy, another program in the session stack, or a host that is "
          "shutting down or not ready does it.",
      .tell_apart =
          "On the wire this message comes only after TLS. A 7 that a client shows for a connection that "
          "ended before TLS was made up by the client and says nothing: look at the stage that fails.",
      .advice =
          {"On the host, PowerShell, drain mode or logons off:   Get-WinEvent -FilterHashtable "
           "@{LogName='System'; ProviderName='Microsoft-Windows-TerminalServices-RemoteConnectionManager'; "
           "Id=1070,1071} -MaxEvents 5",
           "On the host, PowerShell as administrator, the reason of the disconnect:   Get-WinEvent "
           "-FilterHashtable @{LogName='Microsoft-Windows-TerminalServices-LocalSessionManager/Operational'; "
           "Id=40} -MaxEvents 10",
           "On the host, whether logons are on:   change logon /query",
           "On the host, limits that a policy sets:   reg query "
           "\"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services\""},
      .article_note =
          "By its name extended code 7 means that the server denied the connection. With 0x904 the host "
          "mostly said nothing at all: the client only saw its socket closed.",
      .fixes = {"allow-logons"},
      .codes = {{"error-info", 0x7, Certainty::possible, "the host says so itself, if the session had begun"},
                {"extended", 0x7, Certainty::possible, "only if the connection had got past TLS"},
                {"extended", 0x8, Certainty::possible, "the host demands FIPS encryption"},
                {"logon-error", 0x2, Certainty::possible, "the logon failed for another reason"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 1036, "", Certainty::likely,
                  "the host could not create a session"}},
      .signs = {{"mstsc-busy", Certainty::possible, "the service on the host could not start the session"},
                {"activation-timeout", Certainty::possible, "the session did not become active"},
                {"xrdp-sesman", Certainty::possible, "the session could not be started"},
                {"server-denied", Certainty::possible, "the host denied the connection"}},
      .judge = needs_session,
  };
}

}  // namespace rdpdoctor::causes
