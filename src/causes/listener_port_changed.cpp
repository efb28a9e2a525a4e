// Judges the listener's port against the one that clients use.
#include "causes/engine/control_views.h"
#include "causes/engine/policy_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::uint32_t usual_port = 3389, highest_port = 65535;

// Proven where the host itself refused the port that was asked for; else a router or a tunnel may carry that
// port to the listener's, and what failed may be on the way.
Certainty certainty_of(const CaseFile& c, const Connections& tried) {
  bool refused = all_of(tried, refused_by_reset);
  return refused && refusal_sender(c, tried).where == Compared::same ? Certainty::proven : Certainty::likely;
}

Verdict moved(const CaseFile& c, const evidence::NumberFact& fact, std::uint32_t port) {
  Connections tried = tcp_tried_main(c);
  std::string stands = fmt::format("PortNumber is {}", port);
  if (tried.empty()) {
    if (port == usual_port)
      return excluded(fmt::format("the listener is on port {}, where clients look ({})", port, fact.source));
    return Found{Certainty::proven,
                 {line(fact, stands + fmt::format(": clients must say it, HOST:{}, and the firewall's stock "
                                                  "rules don't open it",
                                                  port))},
                 false,
                 fmt::format("The listener is on port {}: clients must say so.", port),
                 {},
                 true};
  }
  if (c.target.port == port)
    return excluded(fmt::format("{} is the port that was asked for ({})", port, fact.source));
  if (any_of(tried, tcp_up))
    return excluded(fmt::format("the listener is on port {} ({}), and port {}, which was asked for, leads on",
                                port, fact.source, c.target.port));
  return Found{certainty_of(c, tried),
               {line(fact, fmt::format("{}, and port {} was asked for", stands, c.target.port)),
                {source("tcp", tried), fmt::format("port {}: {}", c.target.port, tcp_words(*tried.front()))}},
               true,
               fmt::format("The listener is on port {}, and port {} was asked for.", port, c.target.port)};
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::ListenerFacts* listener = rdp_listener(*host);
  if (!listener) return needs_inspection();
  const evidence::NumberFact& fact = listener->port;
  if (unreadable(fact)) return needs_reading(fact);
  const std::uint32_t* port = fact.get();
  if (!port && absent(listener->exists)) return excluded("there is no listener, so it has no port");
  if (!port) return needs(fmt::format("what Windows does without PortNumber ({})", fact.source));
  if (*port == 0 || highest_port < *port) {
    Found found{Certainty::likely,
                {line(fact, fmt::format("PortNumber is {}, and no such port exists", *port))},
                true,
                "The listener's port number is none."};
    temper(*host, "SYSTEM", found);
    return found;
  }
  Verdict verdict = moved(c, fact, *port);
  if (auto* found = std::get_if<Found>(&verdict)) temper(*host, "SYSTEM", *found);
  return verdict;
}

}  // namespace

Cause listener_port_changed() {
  return {
      .id = "listener-port-changed",
      .title = "The listener is on another port than clients use.",
      .stage = Stage::tcp,
      .machine = Machine::host,
      .topic = Topic::listener,
      .explanation =
          "PortNumber of RDP-Tcp was moved away from 3389. Clients then must name the port, every firewall "
          "on "
          "the way must let it through, and Windows' own firewall needs a rule for it: its stock rules are "
          "for 3389 alone. It takes a restart of the service until the new port counts. That it was moved "
          "is no fault by itself.",
      .tell_apart =
          "With the right port it works: HOST:PORT. A router may publish one port and lead to another, so "
          "what clients use outside need not be the listener's. A port that is right and closed is "
          "port-closed; one that no rule admits is firewall-rule-missing.",
      .advice =
          {"On the client, with the port that the listener has:   mstsc /v:HOST:PORT",
           "On the host, the port that it has:   reg query "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
           "PortNumber",
           "On the host, which port is really listened on, and by whom:   netstat -abno -p tcp",
           "On the host, as administrator, back to the usual port (undo: the old number), then restart the "
           "service:   reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal "
           "Server\\WinStations\\RDP-Tcp\" /v PortNumber /t REG_DWORD /d 3389 /f"},
      .article = Article::names_it,
      .article_note = "The article has the port looked up, and not the firewall's rule for a moved one.",
      .fixes = {"restore-listener-port", "open-firewall-port"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "nothing listens on the port that was asked for"}},
      .covers = {"port-closed", "port-filtered"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
