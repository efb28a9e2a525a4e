// Told by a UDP probe: the session's UDP side channel gets no answer.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause udp_blocked() {
  return {
      .id = "udp-blocked",
      .title = "UDP does not reach the host.",
      .stage = Stage::udp,
      .machine = Machine::path,
      .explanation =
          "After the TCP connection has logged on, client and host open a faster side channel over UDP, "
          "mostly to the same port. A firewall that admits only TCP drops it. The session then stays on "
          "TCP: it works, a little less smoothly, sometimes after a pause of seconds at the start.",
      .tell_apart =
          "TCP is healthy and nothing answers on UDP. Host event 136 in RdpCoreTS and client event 1104 say "
          "that the side channel did not come up.",
      .advice = {"On the firewall or in the cloud console: admit UDP to the listener's port from the same "
                 "sources as TCP.",
                 "On the host, PowerShell, the UDP rule must be enabled:   Get-NetFirewallRule -Group "
                 "\"@FirewallAPI.dll,-28752\" | Select-Object DisplayName,Enabled,Profile",
                 "On the client, as administrator, if UDP can't be had (undo: reg delete with the same key "
                 "and /v):   reg add \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal "
                 "Services\\Client\" /v fClientDisableUDP /t REG_DWORD /d 1 /f"},
      .article = Article::names_it,
      .article_note =
          "The article makes UDP a cause of a connection that fails at once. It can't be: UDP starts after "
          "logon, and a session without it goes on over TCP.",
      .fixes = {"open-firewall-port", "force-tcp"},
      .judge = needs_udp,
  };
}

}  // namespace rdpdoctor::causes
