// Told later by name servers and the host: the host's address has moved and the name did not follow.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause address_changed() {
  return {
      .id = "address-changed",
      .title = "The host's address has changed and its name did not follow.",
      .stage = Stage::name,
      .machine = Machine::host,
      .explanation =
          "The host gets its address by DHCP or from the cloud, and got another one: after a restart, a "
          "redeployment or an expired lease. DNS, saved .rdp files, port forwardings and firewall rules "
          "still use the old one, at which nobody or somebody else answers.",
      .tell_apart =
          "The name points to an address that is dead or shows another machine's names, and the host itself "
          "shows another address. If only this client has the old address it is name-answer-stale.",
      .advice = {"On the host: its address, and whether it comes by DHCP:   ipconfig /all",
                 "On the client, PowerShell: the address that the name gives:   Resolve-DnsName HOST",
                 "On the host, PowerShell as administrator, renew its DNS record:   Register-DnsClient",
                 "On the DHCP server or in the cloud console: reserve the address, so that it stays.",
                 "On routers and in .rdp files: use the name, or the reserved address."},
      .article = Article::names_it,
      .fixes = {"reserve-address", "flush-name-cache"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "the old address does not answer"},
                {"disconnect", 0x108, Certainty::possible, "the old address does not answer"},
                {"disconnect", 0x907, Certainty::possible, "another machine has the old address"}},
      .judge = needs_name_servers,
  };
}

}  // namespace rdpdoctor::causes
