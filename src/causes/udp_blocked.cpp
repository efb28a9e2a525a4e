// Told by a UDP probe: the session's UDP side channel gets no answer.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "causes/engine/path_views.h"
#include "causes/engine/udp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::UdpOutcome;

constexpr std::size_t enough = 3;  // one or two may be lost

// Windows since 6.2 (Windows 8, Server 2012) answers on UDP unless it is told not to. Servers that are not
// Windows show an older version in NTLM, or none.
bool is_windows_with_udp(const CaseFile& c) {
  Connections told = finished(c, [](const Connection& conn) {
    const std::string& version = conn.nla.os_version;
    unsigned major = 0;
    unsigned minor = 0;
    const char* end = version.data() + version.size();
    auto at = std::from_chars(version.data(), end, major).ptr;
    if (at != end && *at == '.') std::from_chars(at + 1, end, minor);
    return 6 < major || (major == 6 && 2 <= minor);
  });
  return !told.empty();
}

Found found(Certainty certainty, std::string what, std::string headline) {
  return Found{certainty,
               {{"probe udp", std::move(what)},
                {"probe x224", "the same host answers over TCP"},
                {"probe udp", std::string(udp_client_gives_up)}},
               false,
               std::move(headline)};
}

// Somebody said no.
std::optional<Verdict> by_refusal(const Exchanges& tried) {
  for (const UdpExchange* u : tried) {
    std::string icmp = udp_icmp_words(*u);
    if (u->outcome == UdpOutcome::prohibited) {
      return found(Certainty::proven,
                   icmp.empty() ? "administratively prohibited" : icmp + ": administratively prohibited",
                   "A firewall refuses UDP to the host's port.");
    }
    if (u->outcome != UdpOutcome::refused && u->outcome != UdpOutcome::unreachable) continue;
    if (by_the_host(*u) && u->outcome == UdpOutcome::refused) {
      return excluded("the host's UDP port is closed (" + icmp +
                      "): it does not offer UDP, and sessions use TCP");
    }
    if (icmp.empty()) return needs("who refuses UDP: the host, which then does not offer it, or a firewall");
    return found(
        Certainty::likely,
        icmp + (by_the_host(*u) ? "" : ", which is not the host,") + " while TCP to the same port passes",
        by_the_host(*u) ? "A firewall on the host refuses UDP to its port."
                        : "Something before the host refuses UDP to its port.");
  }
  return std::nullopt;
}

// Whether that many datagrams, or their answers, would all be lost as other packets on this path are. The
// measured share counts one more lost, since it is of few packets.
bool lost_by_chance(const CaseFile& c, std::size_t silent) {
  constexpr double luck = 0.01;
  Loss l = loss(c);
  if (l.segments == 0) return false;
  auto share_of = [](double lost, double sent) { return (lost + 1) / (sent + 2); };
  double one_way = share_of(l.repeats, l.segments);
  double there_and_back = 1 - (1 - one_way) * (1 - one_way);
  if (l.echoes_sent != 0) there_and_back = std::max(there_and_back, share_of(l.echoes_lost, l.echoes_sent));
  return luck < std::pow(there_and_back, static_cast<double>(silent));
}

Verdict judge(const CaseFile& c) {
  if (auto verdict = udp_is_no_matter(c)) return *verdict;
  Exchanges tried = udp_tried(c);
  if (Exchanges answered = filter(tried, udp_answered); !answered.empty()) {
    return excluded(
        fmt::format("the host answers on UDP, {} of {} datagrams", answered.size(), tried.size()));
  }
  for (const auto& u : c.udp) {
    if (udp_answered(u)) return excluded("the host answers on UDP, version 0x0101");
    if (u.outcome == UdpOutcome::not_rdpeudp) {
      return needs("which program answers on the UDP port: it does not speak RDP's protocol");
    }
  }
  if (auto verdict = by_refusal(tried)) return *verdict;
  Exchanges silent = filter(tried, udp_silent);
  if (silent.size() < enough) return needs(need::repeats);
  if (lost_by_chance(c, silent.size()))
    return needs("a path that loses less: on this one all may be lost by chance");
  if (!is_windows_with_udp(c)) return needs("whether this host offers UDP at all: it gave no answer");
  return found(Certainty::possible,
               fmt::format("no answer to {} datagrams of {} sizes in a second, and no ICMP message",
                           silent.size(), filter(silent, udp_small).empty() ? "one" : "several"),
               "No answer on UDP: blocked on the way, there or back, or switched off on the host.");
}

}  // namespace

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
          "TCP is healthy and nothing answers on UDP. From here a datagram that was dropped looks like an "
          "answer that was dropped, and like a host that has UDP switched off; a closed port (ICMP from the "
          "host) means only that it does not offer UDP. Host event 136 in RdpCoreTS and client event 1104 "
          "say that the side channel did not come up.",
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
      .events = {{"TerminalServices-ClientActiveXCore", 1104, "", Certainty::possible,
                  "the client could not set up the UDP side of a session", EventWeight::note},
                 {"RemoteDesktopServices-RdpCoreTS", 136, "", Certainty::possible,
                  "the host could not set up the UDP side of a session", EventWeight::note}},
      .signs = {{"event-1104", Certainty::possible, "the client says that UDP was not made"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
