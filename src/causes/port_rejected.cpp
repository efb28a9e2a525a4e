// Judges connects that a firewall refused: by ICMP, or by a RST that comes from nearer than the host.
#include "causes/engine/control_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// "3 hops away (TTL 252)", where the packet watch told it.
std::string distance_words(const evidence::Icmp& icmp) {
  std::string hops = hop_words(icmp.ttl);
  return hops.empty() ? "" : ", " + hops;
}

Found by_icmp(const Connections& tried, std::size_t all) {
  const Connection& first = *tried.front();
  const evidence::Icmp* icmp = first.tcp.icmp.get();
  Found found{icmp || tried.size() > 1 ? Certainty::proven : Certainty::likely, {}, true, "", {}};
  found.evidence.push_back(
      {source("tcp", tried), fmt::format("{}, {}", tcp_words(first), share(tried.size(), all))});
  if (!icmp || icmp->from.empty()) return found;
  bool itself = icmp->from == first.asked.address;
  found.evidence.push_back(
      {source("tcp", first),
       itself ? "the host itself sent it: its own packet filter" + distance_words(*icmp)
              : icmp->from + " sent it, not the host: a firewall on the way" + distance_words(*icmp)});
  return found;
}

// A RST that comes from nearer than the host: something on the way says no in its name.
std::optional<Found> by_reset(const CaseFile& c, const Connections& tried) {
  RefusalSender sender = refusal_sender(c, tried);
  if (sender.where != Compared::nearer) return std::nullopt;
  bool sure = sender.by_echo && tried.size() > 1;
  Found found{sure ? Certainty::proven : Certainty::likely, {}, true, "", {}};
  found.evidence.push_back({source("tcp", tried), fmt::format("{}, {}", tcp_words(*tried.front()),
                                                              share(tried.size(), tried.size()))});
  found.evidence.push_back(
      {source("tcp", tried),
       fmt::format("the RST came from {}, while the host {} from {}", hop_words(sender.reset_ttl),
                   sender.by_echo ? "answers ICMP echo" : "answers on another port",
                   hop_words(sender.host_ttl))});
  if (!sender.by_echo) {
    found.evidence.push_back(
        {"probe controls",
         "an address translator that forwards that port and not this one looks the same: "
         "its forwarding table would tell"});
  }
  found.headline = "A firewall on the way refuses connections to the port in the host's name.";
  return found;
}

// "Unreachable" for this port alone is a firewall's word: a router that can't deliver can't for any port.
std::optional<Found> by_unreachable(const CaseFile& c, const Connections& tried, std::size_t all) {
  const evidence::Icmp* icmp = tried.front()->tcp.icmp.get();
  SignsOfLife signs = signs_of_life(c);
  if (!icmp || icmp->from == tried.front()->asked.address || !signs.surely()) return std::nullopt;
  Found found = by_icmp(tried, all);
  if (!signs.by_tcp()) found.certainty = Certainty::likely;
  found.evidence.push_back(
      {"probe controls", "the host is not unreachable at all: " + answering_words(signs)});
  return found;
}

// A RST whose sender is not told may still be a firewall's.
Verdict not_by_icmp(const Connections& tried) {
  if (!tried.front()->tcp.packets.get() && tried.front()->tcp.packets.state == Presence::unreadable)
    return needs(need::packets);
  return *not_constantly(tried, rejected_by_icmp);
}

Verdict judge(const CaseFile& c) {
  Connections all = tcp_tried_main(c);
  Connections tried =
      told_by_icmp(all, [](const Connection& conn) { return rejected_by_icmp(conn) || unreachable(conn); });
  if (all_of(tried, refused_by_reset)) {
    if (auto found = by_reset(c, tried)) return *found;
    if (RefusalSender sender = refusal_sender(c, tried); sender.where != Compared::not_told)
      return excluded("the RST comes from no nearer than the host (" + source("tcp", tried) + ")");
    return not_by_icmp(tried);
  }
  if (all_of(tried, unreachable)) {
    if (auto found = by_unreachable(c, tried, all.size())) return *found;
  }
  if (auto other = not_constantly(tried, rejected_by_icmp)) return *other;
  return by_icmp(tried, all.size());
}

}  // namespace

Cause port_rejected() {
  return {
      .id = "port-rejected",
      .title = "A firewall refuses connections to the port.",
      .stage = Stage::tcp,
      .machine = Machine::path,
      .explanation =
          "The SYN was answered by ICMP: \"administratively prohibited\", or \"port unreachable\" or "
          "\"protocol unreachable\", which a host's own TCP never sends. Something on the way, or a packet "
          "filter on the host, refuses the "
          "port on purpose and says so. A firewall may also send a RST in the host's name; then its TTL "
          "shows "
          "that it comes from nearer than the host.",
      .tell_apart =
          "The sender of the ICMP message is the place to look. A RST from as far as the host is "
          "port-closed (watching packets tells; so needs root, or CAP_NET_RAW), silence port-filtered, "
          "\"host unreachable\" a routing fault.",
      .advice =
          {"On the machine that sent the ICMP message (its address is in the evidence): find the rule that "
           "rejects the port.",
           "There: admit the clients that need it, and only those.",
           "On a Linux host or gateway, as root, the rule with \"reject\":   nft list ruleset",
           "If the sender is not yours: ask who runs that network; connect by VPN or an RD Gateway instead."},
      .article = Article::names_it,
      .article_note =
          "A refused connect is 0x204 and not 0x904. No firewall need be switched off to find the rule: the "
          "ICMP message names the machine that has it.",
      .fixes = {"open-firewall-port"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "the connect was refused"},
                {"winsock", 10061, Certainty::possible, "the connect was refused"},
                {"winsock", 10065, Certainty::possible, "a firewall prohibits the connect"},
                {"winsock", 10013, Certainty::possible, "a firewall prohibits the connect"},
                {"freerdp", 0x20006, Certainty::possible, "the connect failed"}},
      .signs = {{"mstsc-three-reasons", Certainty::possible, "the connect failed"},
                {"connect-refused", Certainty::possible, "a firewall that rejects refuses, too"},
                {"no-route", Certainty::possible, "a firewall that rejects by ICMP gives these words"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
