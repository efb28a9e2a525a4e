// Judges SYNs that vanish: no answer of any kind on any address.
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Verdict judge(const CaseFile& c) {
  Connections tried = tcp_tried(c);
  if (auto other = not_constantly(tried, syn_unanswered)) return *other;
  std::vector<EvidenceLine> lines;
  lines.push_back({source("tcp", tried),
                   fmt::format("{}, {}", tcp_words(*tried.front()), share(tried.size(), tried.size()))});
  if (c.target.addresses.size() > 1) {
    lines.push_back(
        {source("tcp", tried), fmt::format("the same on each of {} addresses", c.target.addresses.size())});
  }
  lines.push_back(
      {"probe",
       "a host that is down, or an address that nobody has, looks the same: no other port of it was tried"});
  return Found{tried.size() > 1 ? Certainty::likely : Certainty::possible, std::move(lines), true, ""};
}

}  // namespace

Cause port_filtered() {
  return {
      .id = "port-filtered",
      .title = "Connection requests to the port vanish.",
      .stage = Stage::tcp,
      .machine = Machine::path,
      .explanation =
          "The client's SYN gets no answer: no acceptance, no refusal, no ICMP. A firewall or a cloud "
          "security group drops it, the host's own firewall has no rule for the port, the way back is "
          "missing, or nobody is at the address. Firewalls drop silently by habit, so this is how a block "
          "mostly looks.",
      .tell_apart =
          "A host that is down looks the same unless another port or ping of it answers; a closed port "
          "answers at once. The host's event RemoteDesktopServices-RdpCoreTS 131 (connection accepted) is "
          "missing in both cases.",
      .advice = {"On the client: try from another network, or without the VPN: if it works there, the block "
                 "is on this path.",
                 "On the client, PowerShell, a port that the host surely serves tells a silent port from a "
                 "silent host:   Test-NetConnection HOST -Port 443",
                 "In the cloud console: check the security group for the port, and only for the sources that "
                 "need it.",
                 "On the host, PowerShell, its own firewall's rules (for 3389 only):   Get-NetFirewallRule "
                 "-Group \"@FirewallAPI.dll,-28752\" | Select-Object DisplayName,Enabled,Profile",
                 "On the host, PowerShell as administrator, if they are off (undo: Disable-NetFirewallRule): "
                 "  Enable-NetFirewallRule -Group \"@FirewallAPI.dll,-28752\""},
      .article = Article::names_it,
      .article_note =
          "A dropped SYN gives a failed or timed-out connect (0x204, 0x108); 0x904 is about a connection "
          "that was open.",
      .fixes = {"open-firewall-port"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "the connect failed"},
                {"disconnect", 0x108, Certainty::possible, "the connect timed out"},
                {"winsock", 10060, Certainty::possible, "the connect timed out"},
                {"freerdp", 0x20006, Certainty::possible, "the connect failed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
