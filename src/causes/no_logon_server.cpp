// Told by its codes, and by credentials: no domain controller could check the logon.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause no_logon_server() {
  return {
      .id = "no-logon-server",
      .title = "No domain controller can be reached to check the logon.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The host (or the client, for Kerberos) could not ask a domain controller: the domain is down or "
          "not reachable from there, the name of the domain is wrong, the host's trust with the domain is "
          "broken, or its clock is off.",
      .tell_apart =
          "A local account still works. On the host nltest says whether it finds a controller and whether "
          "its trust is whole; event 5719 of Netlogon says since when not.",
      .advice =
          {"On the client: check the domain in the user name; try a local account of the host (HOST\\name).",
           "On the host, whether it finds a domain controller:   nltest /dsgetdc:DOMAIN",
           "On the host, as administrator, whether its trust is whole:   nltest /sc_verify:DOMAIN",
           "On the host: its DNS servers must be the domain's (ipconfig /all), and its clock right:   w32tm "
           "/query /status",
           "On the host, PowerShell as administrator, if the trust is broken:   Test-ComputerSecureChannel "
           "-Repair -Credential DOMAIN\\ADMIN"},
      .fixes = {"renew-trust", "sync-clock"},
      .codes = {{"disconnect", 0x1807, Certainty::likely, "no authority could be asked"},
                {"ntstatus", 0xC000005E, Certainty::likely, "no logon server could be asked"},
                {"ntstatus", 0xC000018D, Certainty::likely, "the host's trust with the domain is broken"},
                {"ntstatus", 0xC000018A, Certainty::likely, "the host has no trust secret"},
                {"ntstatus", 0xC000018B, Certainty::likely, "the domain has no account for the host"},
                {"ntstatus", 0xC00000DF, Certainty::possible, "the domain is not known"},
                {"ntstatus", 0xC0000192, Certainty::likely, "Netlogon is not running"},
                {"ntstatus", 0xC0000233, Certainty::likely, "no domain controller was found"},
                {"schannel", 0x80090311, Certainty::likely, "no domain controller could be asked"},
                {"freerdp", 0x20011, Certainty::possible, "the Kerberos server could not be reached"}},
      .events = {{"Security-Auditing", 4625, "0xC000005E", Certainty::likely,
                  "a logon failed, for no domain controller answered"},
                 {"NETLOGON", 5719, "", Certainty::possible, "the host found no domain controller",
                  EventWeight::note}},
      .signs =
          {{"mstsc-nla-no-domain-controller", Certainty::likely, "no domain controller was reached for NLA"},
           {"no-logon-servers", Certainty::likely, "the words say that no domain controller was reached"},
           {"trust-broken", Certainty::likely, "the host cannot check domain accounts"},
           {"mstsc-lsa", Certainty::possible, "the host could not check the logon"},
           {"kerberos-failed", Certainty::possible, "no domain controller was reached"},
           {"event-5719", Certainty::possible, "the host's log says that no domain controller was reached"}},
      .judge = [](const CaseFile& c) -> Verdict {
        return judge_logon_status(
            c, {0xC000005E, 0xC000018A, 0xC000018B, 0xC000018D, 0xC00000DF, 0xC0000192, 0xC0000233});
      },
  };
}

}  // namespace rdpdoctor::causes
