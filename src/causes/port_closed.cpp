// Judges connects that were refused by RST: nothing listens on the port.
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Verdict judge(const CaseFile& c) {
  Connections tried = tcp_tried_main(c);
  if (auto other = not_constantly(tried, refused_by_reset)) return *other;
  const Connection& first = *tried.front();
  Found found{Certainty::likely, {}, true, "", {}};
  std::string icmp = first.tcp.icmp.state == Presence::absent ? ", by RST and not by ICMP" : "";
  found.evidence.push_back(
      {source("tcp", tried), fmt::format("{}:{} {}{}, {}", first.asked.address, c.target.port,
                                         tcp_words(first), icmp, share(tried.size(), tried.size()))});
  if (first.tcp.icmp.state == Presence::unreadable)
    found.evidence.push_back({source("tcp", first), "whether ICMP refused it can't be read on this system"});
  found.evidence.push_back(
      {"probe", "the RST of a firewall that rejects the port looks the same: a look at the host would tell"});
  return found;
}

}  // namespace

Cause port_closed() {
  return {
      .id = "port-closed",
      .title = "Nothing listens on the port.",
      .stage = Stage::tcp,
      .machine = Machine::host,
      .explanation =
          "The host answered the SYN with RST: it is there, and its port is closed. Remote Desktop is "
          "turned off, its service is stopped or hung, the listener failed, or it was moved to another "
          "port. On a translated or forwarded address the RST comes from the machine that the port is "
          "forwarded to.",
      .tell_apart =
          "A RST also comes from a firewall set to reject with reset; then other ports that should be "
          "closed answer the same way and the host itself shows a listener. Silence is port-filtered. A "
          "look at the host tells which of its reasons it is.",
      .advice =
          {"On the client: check the port; the listener may have been moved, to 3390 say:   rdpdoctor "
           "diagnose HOST:3390",
           "On the host, PowerShell as administrator, if TermService is stopped:   Get-Service TermService; "
           "Start-Service TermService",
           "On the host: Settings > System > Remote Desktop: turn it on.",
           "On the host, whether a policy turned it off (1), to be changed there:   reg query "
           "\"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services\" /v fDenyTSConnections",
           "On the host, the port that the listener should have:   reg query "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
           "PortNumber"},
      .article = Article::names_it,
      .article_note =
          "A closed port gives a failed connect (0x204); 0x904 is about a connection that was open.",
      .fixes = {"enable-remote-desktop", "start-services", "restore-listener-port"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "the connect was refused"},
                {"winsock", 10061, Certainty::likely, "the host refused the connect"},
                {"freerdp", 0x20006, Certainty::possible, "the connect failed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
