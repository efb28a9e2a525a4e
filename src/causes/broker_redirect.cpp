// Told by its codes, and by credentials: the connection broker can't send the client on.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause broker_redirect() {
  return {
      .id = "broker-redirect",
      .title = "The connection broker cannot send the client to a host.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The client reached a farm, and the broker or the host it should go to failed: no host of the "
          "pool is free, a virtual machine does not start or has no address, the redirection names a host "
          "that the client can't reach or resolve.",
      .tell_apart =
          "The Set Error Info code says which step failed; the broker's log (SessionBroker, "
          "SessionBroker-Client 1296) names the host. If the redirect itself works and the new host fails, "
          "diagnose that host by its own name.",
      .advice = {"On the client: use the farm's own .rdp file or feed, so that its collection "
                 "(loadbalanceinfo) is named.",
                 "On the broker, PowerShell as administrator:   Get-WinEvent -LogName "
                 "Microsoft-Windows-TerminalServices-SessionBroker/Operational -MaxEvents 20",
                 "From the client's network, the host that was chosen:   rdpdoctor diagnose HOST"},
      .codes = {{"error-info", 0x400, Certainty::likely, "the broker found no destination"},
                {"error-info", 0x402, Certainty::likely, "the chosen host could not be loaded"},
                {"error-info", 0x404, Certainty::likely, "sending the client on failed"},
                {"error-info", 0x405, Certainty::likely, "the virtual machine could not be woken"},
                {"error-info", 0x406, Certainty::likely, "the virtual machine could not be started"},
                {"error-info", 0x407, Certainty::likely, "the virtual machine has no address in DNS"},
                {"error-info", 0x408, Certainty::likely, "no host of the pool is free"},
                {"error-info", 0x409, Certainty::likely, "the redirection was cancelled"},
                {"error-info", 0x410, Certainty::likely, "the connection settings are not valid"},
                {"error-info", 0x411, Certainty::likely, "the virtual machine did not start in time"},
                {"error-info", 0x412, Certainty::likely, "watching the virtual machine's session failed"},
                {"freerdp", 0x2001D, Certainty::possible, "the host chosen is still starting"}},
      .events = {{"TerminalServices-SessionBroker-Client", 1296, "", Certainty::likely,
                  "the host got no redirection from its connection broker"}},
      .signs = {{"no-resources", Certainty::possible, "the broker has no host to send the client to"},
                {"farm-member", Certainty::possible, "the broker could not place the connection"}},
      .judge = needs_credentials,
  };
}

}  // namespace rdpdoctor::causes
