// Judges connects that ended because there is no way to the host: ICMP, or this machine's own routes.
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Verdict judge(const CaseFile& c) {
  using evidence::TcpOutcome;
  Connections tried = tcp_tried_main(c);
  if (auto other = not_constantly(tried, unreachable)) return *other;
  const Connection& first = *tried.front();
  bool sure = tried.size() > 1 || first.tcp.icmp.get() || first.tcp.outcome == TcpOutcome::no_route;
  Found found{sure ? Certainty::proven : Certainty::likely, {}, true, ""};
  found.evidence.push_back(
      {source("tcp", tried),
       fmt::format("{}: {}, {}", first.asked.address, tcp_words(first), share(tried.size(), tried.size()))});
  if (first.tcp.outcome == TcpOutcome::no_route) {
    found.headline = fmt::format("This machine has no route to {}.", first.asked.address);
  } else if (!first.tcp.icmp.get()) {
    found.evidence.push_back(
        {source("tcp", first),
         "no router is named: on the same network this means that no machine answers for the address"});
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
      .codes = {{"disconnect", 0x204, Certainty::possible, "the connect failed at once"},
                {"disconnect", 0x108, Certainty::possible, "the connect got nowhere in time"},
                {"winsock", 10065, Certainty::likely, "the system had no way to the host"},
                {"winsock", 10051, Certainty::likely, "the system had no way to the network"},
                {"freerdp", 0x20006, Certainty::possible, "the connect failed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
