// Judges connects that were refused by RST: nothing listens on the port.
#include "causes/engine/control_views.h"
#include "causes/engine/service_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// Windows begins with this TTL, and its own firewall drops and never resets: a RST of the host's distance
// with it leaves nothing but a closed port.
bool of_windows(const RefusalSender& sender) {
  auto distance = distance_of(sender.reset_ttl);
  return distance && distance->initial == 128;
}

void weigh_sender(const CaseFile& c, const Connections& tried, Found& found) {
  RefusalSender sender = refusal_sender(c, tried);
  std::string source_of = source("tcp", tried);
  switch (sender.where) {
    case Compared::same:
    case Compared::beside:
    case Compared::farther: {
      bool alike = sender.where == Compared::same;
      found.evidence.push_back(
          {source_of, fmt::format("the RST came from {}; the host {} from {}{}", hop_words(sender.reset_ttl),
                                  sender.by_echo ? "answers ICMP echo" : "answers on another port",
                                  hop_words(sender.host_ttl),
                                  alike ? ": it is the host's own" : ": not from a nearer firewall")});
      if (alike && of_windows(sender) && tried.size() > 1) {
        found.certainty = Certainty::proven;
      } else {
        found.evidence.push_back(
            {"probe", "a packet filter on the host itself, set to reject with reset, would look the same"});
      }
      return;
    }
    case Compared::nearer:
    case Compared::not_told: break;
  }
  found.evidence.push_back(
      {"probe",
       sender.unwatched
           ? "the RST of a firewall that rejects the port looks the same: telling it by its distance "
             "needs " +
                 std::string(need::packets) + ", or a look at the host"
           : "the RST of a firewall that rejects the port looks the same: a look at the host would "
             "tell"});
}

// The reasons that the host's registry can tell were read, and are none.
void add_host(const CaseFile& c, Found& found) {
  const HostFacts* host = host_of(c);
  std::string right = host ? should_listen(*host, c.target.port) : "";
  if (!right.empty())
    found.evidence.push_back(
        {"inspection of " + host->source,
         right + ": the service does not run, or this is not the machine that answered"});
}

Verdict judge(const CaseFile& c) {
  Connections tried = tcp_tried_main(c);
  if (auto other = not_constantly(tried, refused_by_reset)) return *other;
  RefusalSender sender = refusal_sender(c, tried);
  if (sender.where == Compared::nearer)
    return excluded(fmt::format("the RST came from {}, nearer than the host ({})",
                                hop_words(sender.reset_ttl), source("tcp", tried)));
  const Connection& first = *tried.front();
  Found found{Certainty::likely, {}, true, "", {}};
  std::string icmp = first.tcp.icmp.state == Presence::absent ? ", by RST and not by ICMP" : "";
  found.evidence.push_back(
      {source("tcp", tried), fmt::format("{}:{} {}{}, {}", first.asked.address, c.target.port,
                                         tcp_words(first), icmp, share(tried.size(), tried.size()))});
  if (first.tcp.icmp.state == Presence::unreadable)
    found.evidence.push_back({source("tcp", first), "whether ICMP refused it can't be read on this system"});
  if (SignsOfLife signs = signs_of_life(c); !signs.open.empty())
    found.evidence.push_back({"probe controls", "the machine is up: " + answering_words(signs)});
  weigh_sender(c, tried, found);
  add_host(c, found);
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
          "A RST also comes from a firewall set to reject with reset: one on the way is nearer than the "
          "host, "
          "which the RST's TTL beside the host's own tells (packets must be watched: root, or CAP_NET_RAW). "
          "Silence is port-filtered. A "
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
      .codes = {{"disconnect", 0x204, Certainty::possible, "the connect was refused", true},
                {"winsock", 10061, Certainty::likely, "the host refused the connect"},
                {"freerdp", 0x20006, Certainty::possible, "the connect failed"}},
      .events = {{"Service Control Manager", 7031, "=Remote Desktop Services", Certainty::likely,
                  "the service ended unexpectedly"},
                 {"Service Control Manager", 7034, "=Remote Desktop Services", Certainty::likely,
                  "the service ended unexpectedly"},
                 {"Service Control Manager", 7000, "=Remote Desktop Services", Certainty::likely,
                  "the service could not start"},
                 {"Service Control Manager", 7001, "=Remote Desktop Services", Certainty::likely,
                  "the service could not start for want of another one"},
                 {"Service Control Manager", 7023, "=Remote Desktop Services", Certainty::likely,
                  "the service ended with an error"},
                 {"Service Control Manager", 7024, "=Remote Desktop Services", Certainty::likely,
                  "the service ended with an error"},
                 {"TerminalServices-RemoteConnectionManager", 260, "", Certainty::likely,
                  "the listener failed while it listened"},
                 {"TerminalServices-RemoteConnectionManager", 1035, "", Certainty::likely,
                  "the listener was down"},
                 {"TerminalServices-LocalSessionManager", 17, "", Certainty::likely,
                  "the service could not be started"}},
      .signs = {{"connect-refused", Certainty::likely, "the connect was refused"},
                {"mstsc-three-reasons", Certainty::possible, "the connect failed"},
                {"gateway-host-behind", Certainty::possible, "the gateway did not get through to the host"},
                {"connect-failed", Certainty::possible, "no TCP connection was made"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
