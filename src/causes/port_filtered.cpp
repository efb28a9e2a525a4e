// Judges SYNs that vanish: no answer of any kind on any address.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/control_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// What the other ports and ICMP echo said, and what that leaves possible.
std::vector<EvidenceLine> sign_lines(const SignsOfLife& signs) {
  std::vector<EvidenceLine> lines;
  if (signs.any()) lines.push_back({"probe controls", "the machine is up, for " + answering_words(signs)});
  if (std::string silent = silent_words(signs); !silent.empty())
    lines.push_back({"probe controls", "no answer from " + silent + (signs.any() ? " either" : "")});
  if (!signs.denied.empty()) {
    lines.push_back({"probe controls", "refused on the way: " + join(signs.denied, ", ") +
                                           ": there is a firewall, or no way to the host"});
  }
  if (!signs.surely() && !signs.echo_problem.empty())
    lines.push_back({"probe controls", "ICMP echo could not be tried: " + signs.echo_problem});
  if (signs.any() && !signs.surely())
    lines.push_back({"probe controls", "a firewall may send such a refusal in the host's name"});
  return lines;
}

// Not by our own probe: a capture, say.
bool from_elsewhere(const CaseFile& c) {
  return std::ranges::any_of(c.connections, [](auto& conn) { return conn.source != "probe"; });
}

EvidenceLine not_asked(const CaseFile& c) {
  std::string_view why = c.run.light ? "" : " (--no-controls)";
  return {"probe",
          fmt::format("a host that is down, or an address that nobody has, looks the same: no other port of "
                      "it was tried{}",
                      c.run.deadline_reached || c.run.interrupted || from_elsewhere(c) ? "" : why)};
}

bool repeated(const Connections& tried) {
  return tried.size() > 1 || any_of(tried, [](const Connection& conn) {
           const std::uint32_t* again = conn.tcp.retransmits.get();
           return again && *again > 1;
         });
}

// A silent port is a filter's doing where the machine is seen to be up; where nothing answers, it may be off.
void weigh(const CaseFile& c, const Connections& tried, Found& found) {
  SignsOfLife signs = signs_of_life(c);
  bool sure = repeated(tried);
  if (!signs.asked()) {
    found.evidence.push_back(not_asked(c));
    found.certainty = tried.size() > 1 ? Certainty::likely : Certainty::possible;
    return;
  }
  for (EvidenceLine& line : sign_lines(signs)) found.evidence.push_back(std::move(line));
  if (signs.surely()) {
    found.certainty = sure ? Certainty::proven : Certainty::likely;
    found.headline =
        fmt::format("The machine is up, but connection requests to port {} vanish.", c.target.port);
  } else if (signs.any()) {
    found.certainty = sure ? Certainty::likely : Certainty::possible;
  } else if (signs.denied.empty()) {
    found.headline =
        "Nothing at the address answers: the machine is off, the address wrong, or a firewall drops "
        "everything.";
  }
}

Verdict judge(const CaseFile& c) {
  Connections tried = tcp_tried(c);
  if (auto other = not_constantly(tried, syn_unanswered)) return *other;
  Found found{Certainty::possible, {}, true, "", {}};
  found.evidence.push_back({source("tcp", tried), fmt::format("{}, {}", tcp_words(*tried.front()),
                                                              share(tried.size(), tried.size()))});
  if (c.target.addresses.size() > 1) {
    found.evidence.push_back(
        {source("tcp", tried), fmt::format("the same on each of {} addresses", c.target.addresses.size())});
  }
  weigh(c, tried, found);
  return found;
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
          "A host that is down looks the same, so other ports of it (445, 135, 443, 22, 5985) and ICMP echo "
          "are tried: if any answers, the machine is up and this port is dropped. A closed port answers at "
          "once. The host's event RemoteDesktopServices-RdpCoreTS 131 (connection accepted) is missing in "
          "both cases.",
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
      .codes = {{"disconnect", 0x204, Certainty::possible, "the connect failed", true},
                {"disconnect", 0x108, Certainty::possible, "the connect timed out"},
                {"winsock", 10060, Certainty::possible, "the connect timed out"},
                {"freerdp", 0x20006, Certainty::possible, "the connect failed"}},
      .signs = {{"mstsc-three-reasons", Certainty::possible, "the connect failed"},
                {"mstsc-time-allotted", Certainty::possible, "no answer in time"},
                {"gateway-host-behind", Certainty::possible, "the gateway did not get through to the host"},
                {"connect-timeout", Certainty::possible, "no answer in time"},
                {"connect-failed", Certainty::possible, "no TCP connection was made"},
                {"event-226", Certainty::possible, "the client's TCP part met an error"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
