// Told by its codes, and by credentials: one side wants Restricted Admin or Remote Credential Guard and the
// other refuses.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause restricted_admin_refused() {
  return {
      .id = "restricted-admin-refused",
      .title = "Restricted Admin or Remote Credential Guard is wanted by one side and refused by the other.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .explanation =
          "The client (by policy, or mstsc /restrictedAdmin or /remoteGuard) will not send credentials, and "
          "the host does not take a logon without them: it is off there, the account is no administrator, "
          "or Kerberos is missing.",
      .tell_apart =
          "The same logon without the switch works, where policy allows it. The host's "
          "DisableRestrictedAdmin value says whether it is on.",
      .advice = {"On the client: connect by full name: Remote Credential Guard needs Kerberos.",
                 "On the client: try without /restrictedAdmin or /remoteGuard, if policy allows it and the "
                 "host is trusted with the credentials.",
                 "On the host, 0 means that Restricted Admin is on:   reg query "
                 "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa /v DisableRestrictedAdmin"},
      .codes = {{"disconnect", 0xE09, Certainty::likely, "the host does not do Restricted Admin"},
                {"disconnect", 0xF08, Certainty::possible,
                 "the client may not send credentials to this host"},
                {"disconnect", 0xD09, Certainty::possible, "the client's policy wants a typed password"},
                {"schannel", 0x8009035E, Certainty::possible, "policy forbids to delegate credentials"}},
      .signs = {{"mstsc-restricted-admin", Certainty::likely,
                 "the client says that the host does not take it"},
                {"mstsc-saved-credentials", Certainty::possible,
                 "credentials may not be delegated to this host"}},
      .judge = needs_credentials,
  };
}

}  // namespace rdpdoctor::causes
