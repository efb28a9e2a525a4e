// Gives the listener the port that clients look for: PortNumber 3389, or the one that was asked for.
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::uint16_t usual_port = 3389;

void plan(Planner& p) {
  if (!has_listener(p)) return;
  const std::uint16_t asked = p.options().port;
  const std::uint16_t port = asked == 0 ? usual_port : asked;
  const auto now = p.number(rdp_tcp, "PortNumber");
  if (p.refused() || (now.get() && *now.get() == port)) return;
  p.set(std::string(rdp_tcp), "PortNumber", dword(port), fmt::format("the listener has port {}", port));
  if (p.refused()) return;
  if (now.get())
    p.note(fmt::format("clients, routers and firewalls that were set to port {} have to be set to {} too",
                       *now.get(), port));
  if (port != usual_port)
    p.note(fmt::format("Windows' own firewall rules are for {} alone: open-firewall-port", usual_port));
  if (p.running()) p.note(std::string(counts_after_restart));
}

}  // namespace

Fix restore_listener_port() {
  return {
      .id = "restore-listener-port",
      .title = "The listener has the port that clients look for.",
      .explanation =
          "Sets PortNumber of the listener RDP-Tcp to 3389, or to the port that is given. It helps where the "
          "number is none, or where clients, routers and firewalls expect another one than the listener has. "
          "A port that was moved on purpose is no fault: then clients have to name it, HOST:PORT. All of "
          "them, and the firewall, must agree afterwards.",
      .side = Side::host,
      .risk = Risk::medium,
      .interrupts = "once the service is restarted, clients that use the old port no longer connect",
      .takes_effect = "when TermService starts the next time; on a disk when Windows starts",
      .verified_by = "listener-port-changed is no longer found",
      .article = "check the listening port",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
