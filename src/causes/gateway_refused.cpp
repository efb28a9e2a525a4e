// Told by its codes, and by credentials: the RD Gateway refuses the user, the client or the host.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause gateway_refused() {
  return {
      .id = "gateway-refused",
      .title = "The RD Gateway refuses the connection.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .explanation =
          "The gateway was reached and says no: the credentials for it, its connection policy (CAP: who may "
          "use it, how), its resource policy (RAP: which hosts), a limit on connections, or it can't reach "
          "the host behind it.",
      .tell_apart =
          "The code tells CAP from RAP and from credentials. The gateway's log "
          "(TerminalServices-Gateway/Operational) names the policy and the host as the client wrote it: "
          "RAPs often list full names only, and the client asked by a short one.",
      .advice = {"On the client: use the host's full name; check which credentials are sent to the gateway.",
                 "On the gateway, PowerShell as administrator, the policy that refused:   Get-WinEvent "
                 "-LogName Microsoft-Windows-TerminalServices-Gateway/Operational -MaxEvents 20",
                 "On the gateway itself, whether it reaches the host:   rdpdoctor diagnose HOST",
                 "On the gateway: add the user's group to the CAP, or the host (short and full name) to the "
                 "RAP, whichever refused."},
      .codes = {{"gateway", 0x3000001, Certainty::likely, "the gateway refused the credentials"},
                {"gateway", 0x3000008, Certainty::possible, "the gateway failed to reach the host"},
                {"gateway", 0x300000B, Certainty::likely, "the gateway wants another method of logon"},
                {"gateway", 0x3000015, Certainty::likely, "the gateway refused name or password"},
                {"gateway", 0x300001A, Certainty::likely, "the gateway refused the credentials"},
                {"gateway", 0x300001B, Certainty::likely,
                 "the gateway's resource policy does not admit the host"},
                {"gateway", 0x300001C, Certainty::likely,
                 "the gateway's connection policy does not admit the user or client"},
                {"gateway", 0x300001F, Certainty::likely, "the gateway restricts it"},
                {"gateway", 0x3000021, Certainty::likely, "the password has expired"},
                {"gateway", 0x3000022, Certainty::likely, "the gateway is full"},
                {"gateway", 0x3000033, Certainty::likely, "the gateway's time limit was reached"},
                {"gateway", 0x3000037, Certainty::likely, "the gateway wants another method"},
                {"gateway", 0x3000039, Certainty::likely, "the gateway no longer allows the session"},
                {"gateway", 0x3000045, Certainty::likely, "the user has no permission for the host"},
                {"gateway-hresult", 0x800759DA, Certainty::likely,
                 "the gateway's resource policy does not admit the host"},
                {"gateway-hresult", 0x800759DB, Certainty::likely,
                 "the gateway's health policy refused the client"},
                {"gateway-hresult", 0x800759DD, Certainty::possible, "the gateway could not reach the host"},
                {"gateway-hresult", 0x59E6, Certainty::likely, "the gateway is full"},
                {"gateway-hresult", 0x59FB, Certainty::likely, "the connection policy no longer admits it"},
                {"gateway-hresult", 0x59FC, Certainty::likely, "the resource policy no longer admits it"}},
      .signs = {{"gateway-resource-policy", Certainty::likely,
                 "the words name the gateway's resource policy"},
                {"gateway-connection-policy", Certainty::likely,
                 "the words name the gateway's connection policy"},
                {"gateway-full", Certainty::possible, "the gateway takes no more connections"},
                {"gateway-credentials", Certainty::possible, "the gateway did not accept the logon"}},
      .settings = {{"gatewayhostname", "", "the gateway that this file names"},
                   {"gatewayusagemethod", "1", "the client goes by the gateway always"},
                   {"gatewayusagemethod", "2",
                    "the client goes by the gateway where it does not reach the host"}},
      .judge = needs_gateway,
  };
}

}  // namespace rdpdoctor::causes
