// Judges connects that ended because there is no way to the host: ICMP, or this machine's own routes.
#include "causes/engine/control_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// Who says so, and how far away that is.
std::string sender_words(const evidence::Icmp& icmp, std::string_view asked) {
  if (icmp.from.empty()) return "";
  std::string hops = hop_words(icmp.ttl);
  if (!hops.empty()) hops = ", " + hops;
  if (icmp.from == asked) return "the address itself says so" + hops + ": what lies behind it is not reached";
  return fmt::format("{} says so{}: the way ends there", icmp.from, hops);
}

Verdict judge(const CaseFile& c) {
  using evidence::TcpOutcome;
  Connections all = tcp_tried_main(c);
  Connections tried = told_by_icmp(all, unreachable);
  if (auto other = not_constantly(tried, unreachable)) return *other;
  const Connection& first = *tried.front();
  const evidence::Icmp* icmp = first.tcp.icmp.get();
  // A translator of addresses says so itself, of what lies behind it.
  bool by_itself = icmp && icmp->from == first.asked.address;
  SignsOfLife signs = signs_of_life(c);
  if (signs.surely() && signs.by_tcp() && icmp && !by_itself)
    return excluded("the host is reached on another port: " + answering_words(signs) + ", see port-rejected");
  bool sure = tried.size() > 1 || icmp || first.tcp.outcome == TcpOutcome::no_route;
  Found found{sure ? Certainty::proven : Certainty::likely, {}, true, ""};
  found.evidence.push_back(
      {source("tcp", tried),
       fmt::format("{}: {}, {}", first.asked.address, tcp_words(first), share(tried.size(), all.size()))});
  if (first.tcp.outcome == TcpOutcome::no_route) {
    found.headline = fmt::format("This machine has no route to {}.", first.asked.address);
  } else if (icmp) {
    if (std::string words = sender_words(*icmp, first.asked.address); !words.empty())
      found.evidence.push_back({source("tcp", first), words});
  } else {
    found.evidence.push_back(
        {source("tcp", first),
         "no router is named: on the same network this means that no machine answers for the address"});
  }
  if (signs.surely() && !by_itself) {
    found.certainty = Certainty::possible;
    found.evidence.push_back({"probe controls", "against it: the address is reached, for " +
                                                    answering_words(signs) +
                                                    ": a firewall may refuse the port with these words"});
  }
  return found;
}

}  // namespace

Cause host_unreachable() {
  return {
      .id = "host-unreachable",
      .title = "There is no way to the host's address.",
      .stage = Stage::tcp,
      .machine = Machine::path,
      .explanation =
          "The network said that it can't deliver: a router sent ICMP \"unreachable\", no neighbour answers "
          "for the address, or this machine has no route at all. The host may be off, the VPN or the remote "
          "network down, the address old, or a route missing.",
      .tell_apart =
          "Who says so tells where to look: a router on the way (its routes, or the link behind it), this "
          "machine itself (its own routes or VPN), or nobody on the same network (the host is off or has "
          "another address). Silence instead of an answer is port-filtered, a firewall's refusal is "
          "port-rejected.",
      .advice = {"On the client: connect the VPN if the host is behind one.",
                 "On the client, PowerShell, the route in use:   Find-NetRoute -RemoteIPAddress ADDRESS",
                 "On the client, where the way ends:   tracert ADDRESS",
                 "At the host's place: check that it is running and has this address.",
                 "On the router that sent the message: repair the route or the link behind it."},
      .codes = {{"disconnect", 0x204, Certainty::possible, "the connect failed at once", true},
                {"disconnect", 0x108, Certainty::possible, "the connect got nowhere in time"},
                {"winsock", 10065, Certainty::likely, "the system had no way to the host"},
                {"winsock", 10051, Certainty::likely, "the system had no way to the network"},
                {"freerdp", 0x20006, Certainty::possible, "the connect failed"}},
      .signs = {{"no-route", Certainty::likely, "there is no route to the address"},
                {"mstsc-three-reasons", Certainty::possible, "the connect failed"},
                {"connect-timeout", Certainty::possible, "no answer in time"},
                {"connect-failed", Certainty::possible, "no TCP connection was made"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
