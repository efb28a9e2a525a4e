// The switch of Remote Desktop as a whole, and what holds for all listeners.
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

constexpr std::string_view winlogon = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)";

}  // namespace

void inspect_remote_desktop(host::Host& host, evidence::HostFacts& facts) {
  evidence::RemoteDesktopFacts& rd = facts.remote_desktop;
  rd.deny_connections = policy_over(number(host, terminal_services_policy, "fDenyTSConnections"),
                                    number(host, terminal_server, "fDenyTSConnections"));
  rd.outstanding_connections = number(host, terminal_server, "MaxOutstandingConnections");
  rd.drain_mode = number(host, terminal_server, "TSServerDrainMode");
  rd.logons_disabled = text(host, winlogon, "WinStationsDisabled");
}

}  // namespace rdpdoctor::inspect
