// Judges who has the listener's port: TermService, nobody, or another program. Only a running machine tells.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/log_views.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::ListeningFacts;

constexpr std::string_view here = "listening programs";

bool is_loopback(const ListeningFacts& s) {
  return s.address.starts_with("127.") || s.address == "::1" || s.address == "[::1]";
}

// svchost.exe holds other services too, such as IP Helper, which forwards ports for "netsh interface
// portproxy".
bool is_term_service(const ListeningFacts& s) {
  if (!s.service.empty()) return equal_ignoring_case(s.service, "TermService");
  return equal_ignoring_case(s.program, "svchost.exe");
}

std::string words(const ListeningFacts& s) {
  std::string name = s.program.empty()
                         ? fmt::format("process {}", s.process_id)
                         : fmt::format("{} (process {})", printable(s.program, 80), s.process_id);
  if (!s.service.empty()) name += fmt::format(", service {}", printable(s.service, 80));
  return name;
}

constexpr std::string_view manager = "TerminalServices-RemoteConnectionManager";
// WSAEADDRINUSE, as a number and as an HRESULT.
constexpr std::string_view in_use[] = {"10048", "0x80072740"};

bool logged_in_use(const CaseFile& c) {
  return std::ranges::any_of(c.events, [](const Event& e) {
    return is_event(e, manager, 260) &&
           std::ranges::any_of(in_use, [&](std::string_view code) { return holds(e, code); });
  });
}

Verdict of_sockets(const CaseFile& c, const HostFacts& host, const std::vector<ListeningFacts>& all) {
  std::uint16_t port = listener_port(host);
  std::vector<ListeningFacts> others;
  for (const ListeningFacts& s : all) {
    if (s.port != port || !equal_ignoring_case(s.protocol, "tcp") || is_loopback(s)) continue;
    if (is_term_service(s)) return excluded(fmt::format("TermService itself listens on port {}", port));
    others.push_back(s);
  }
  // It may have been held when the service started: what the log says of that stands.
  if (others.empty() && logged_in_use(c)) return needs(need::repeats);
  if (others.empty()) return excluded(fmt::format("no other program listens on port {}", port));
  bool named = !others.front().program.empty() || !others.front().service.empty();
  Found found{named ? Certainty::proven : Certainty::likely, {}, true, ""};
  for (const ListeningFacts& s : others)
    found.evidence.push_back({std::string(here), fmt::format("port {} of {} is held by {}", port,
                                                             printable(s.address, 60), words(s))});
  if (named)
    found.headline = fmt::format(
        "Port {} is held by {}.", port,
        printable(others.front().program.empty() ? others.front().service : others.front().program, 80));
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::ListenerFacts* listener = rdp_listener(*host);
  if (listener && listener->port.is.state == Presence::unreadable) return needs_reading(listener->port);
  const auto* sockets = host->listening.get();
  return sockets ? of_sockets(c, *host, *sockets) : Verdict(needs(need::running));
}

}  // namespace

Cause port_held_by_other_program() {
  return {
      .id = "port-held-by-other-program",
      .title = "Another program holds the listener's port.",
      .stage = Stage::tcp,
      .machine = Machine::host,
      .topic = Topic::listener,
      .explanation =
          "One program alone can listen on an address and port. A tunnel, a port forwarder (netsh interface "
          "portproxy), a container or another remote desktop product that is started before TermService "
          "takes 3389, and the service logs event 260 and goes without. Clients then reach that program: "
          "what answers is no RDP, or nothing.",
      .tell_apart =
          "From the wire it is not-rdp where the other program speaks, or forwarder-without-host where it "
          "takes connections and drops them. Only the running machine tells who holds the port; a disk tells "
          "what the service logged.",
      .advice = {"On the host, as administrator, who listens on the port:   netstat -abno -p tcp",
                 "On the host, whether Windows itself forwards it:   netsh interface portproxy show all",
                 "On the host: stop that program, or give it another port.",
                 "On the host's console, as administrator, when the port is free (it ends all sessions):   "
                 "Restart-Service TermService -Force"},
      .article = Article::wrong,
      .article_note =
          "The article says that updates block the port. What is known to happen is that another program has "
          "it.",
      .fixes = {"restart-remote-desktop-services", "restore-listener-port"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the program that has the port closes what it does not understand"},
                {"disconnect", 0x204, Certainty::possible, "the listener could not be made"}},
      .events = {{manager, 260, in_use[0], Certainty::likely,
                  "the listener could not be made, for its port is in use"},
                 {manager, 260, in_use[1], Certainty::likely,
                  "the listener could not be made, for its port is in use"}},
      .covers = {"port-closed", "not-rdp"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
