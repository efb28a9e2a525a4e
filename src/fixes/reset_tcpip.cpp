// Puts the settings of TCP/IP back to Windows' own, for who insists on it.
#include "base/text.h"
#include "fixes/engine/adapters.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/risk.h"

namespace rdpdoctor::fixes {
namespace {

std::vector<std::string> lost_addresses(Planner& p) {
  std::vector<std::string> out;
  for (const NetworkAdapter& adapter : adapters_of(p))
    if (!adapter.by_dhcp)
      out.push_back(fmt::format("{}: {}", called(adapter), join(adapter.addresses, ", ")));
  return out;
}

void plan(Planner& p) {
  const std::vector<std::string> lost = lost_addresses(p);
  if (p.refused()) return;
  const std::string because = fmt::format(
      "nothing that rdpdoctor can find is mended by it, and addresses, gateways and DNS servers that were "
      "set by hand "
      "are lost{}{}",
      lost.empty() ? "" : ", of this machine ", join(lost, "; "));
  if (!risk_accepted(p, "reset-tcpip", because)) return;
  p.note("nothing that was found justifies it");
  p.command({.command = {"netsh", "int", "ip", "reset"},
             .undo = {},
             .destroys = "addresses, gateways, DNS servers, routes and MTUs that were set by hand"},
            "the settings of TCP/IP are as Windows brings them");
  for (const std::string& address : lost) p.note("is lost, and has to be set anew: " + address);
  p.note("a machine whose address is set by hand can't be reached afterwards: do it from its console");
  p.note("the settings as they are, to be kept:   netsh -c interface dump > C:\\interfaces.txt");
}

}  // namespace

Fix reset_tcpip() {
  return {
      .id = "reset-tcpip",
      .title = "The settings of TCP/IP are as Windows brings them.",
      .explanation =
          "Runs netsh int ip reset, which overwrites the settings of TCP/IP in the registry. Addresses, "
          "gateways, "
          "DNS servers, routes and MTUs that were set by hand are lost, and it can't be taken back: a server "
          "with a "
          "fixed address is cut off by it. Where a setting is wrong, correct that one. Nothing that "
          "rdpdoctor finds "
          "calls for it, so it is done only when asked for by name.",
      .side = Side::client,
      .risk = Risk::high,
      .interrupts = "breaks all connections of the machine, yours too",
      .takes_effect = "when Windows starts again",
      .verified_by = "ipconfig /all shows addresses by DHCP",
      .destroys = true,
      .article = "netsh int ip reset",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
