// Told by its codes, and by credentials: the client gets no Kerberos ticket for the host.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause kerberos_unavailable() {
  return {
      .id = "kerberos-unavailable",
      .title = "The client gets no Kerberos ticket for the host.",
      .stage = Stage::nla,
      .machine = Machine::client,
      .explanation =
          "The client found no domain controller, asked by address or alias for which no service name "
          "(TERMSRV/name) is registered, or has a wrong clock. Windows then falls back to NTLM, and where "
          "NTLM or delegation to such hosts is forbidden, it fails.",
      .tell_apart =
          "klist on the client shows whether a ticket TERMSRV/name came. If the logon works by full name "
          "and fails by address, it is this together with ntlm-refused.",
      .advice = {"On the client: connect by the host's full name as the domain knows it.",
                 "On the client, the ticket or the error:   klist get TERMSRV/HOST",
                 "On the client, whether a domain controller is in reach:   nltest /dsgetdc:DOMAIN",
                 "On the domain controller, who holds the name:   setspn -Q TERMSRV/HOST"},
      .article_note =
          "The article has the address used instead of the name. With an address there is no Kerberos at "
          "all, so that step may break what worked.",
      .fixes = {"sync-clock"},
      .codes = {{"disconnect", 0x1607, Certainty::possible,
                 "without Kerberos the policy forbids to pass the credentials on"},
                {"disconnect", 0x1707, Certainty::likely,
                 "the host was not proven by Kerberos and the policy wants that"},
                {"disconnect", 0x1807, Certainty::possible, "no authority could be asked"},
                {"disconnect", 0x1407, Certainty::possible, "Kerberos wants the user-to-user form"},
                {"disconnect", 0x1D07, Certainty::possible, "the clocks differ"},
                {"schannel", 0x80090303, Certainty::likely,
                 "the domain does not know the host's service name"},
                {"schannel", 0x80090322, Certainty::possible, "the service name belongs to another account"},
                {"schannel", 0x80090311, Certainty::possible, "no domain controller could be asked"},
                {"schannel", 0x80090324, Certainty::possible, "the clocks differ"},
                {"schannel", 0x8009035F, Certainty::possible, "the policy wants more than NTLM"},
                {"ntstatus", 0xC0000133, Certainty::possible, "the clocks differ"},
                {"freerdp", 0x20011, Certainty::likely, "the Kerberos server could not be reached"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 1067, "", Certainty::possible,
                  "the host could not register its name for Kerberos", EventWeight::note}},
      .signs = {{"mstsc-target-principal", Certainty::likely, "the Kerberos name of the host does not fit"},
                {"mstsc-kdc-encryption", Certainty::likely, "no common Kerberos encryption type"},
                {"kerberos-failed", Certainty::likely, "the log names the Kerberos failure"},
                {"mstsc-authentication-error", Certainty::possible, "NLA failed"},
                {"mstsc-nla-no-domain-controller", Certainty::possible,
                 "no domain controller was reached for NLA"},
                {"mstsc-saved-credentials", Certainty::possible,
                 "the host's identity was not proved by Kerberos"},
                {"mstsc-user-to-user", Certainty::possible, "Kerberos did not work for this host"}},
      .judge = needs_credentials,
  };
}

}  // namespace rdpdoctor::causes
