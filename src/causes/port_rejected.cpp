// Judges connects that a firewall refused by ICMP.
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Verdict judge(const CaseFile& c) {
  Connections tried = tcp_tried_main(c);
  if (auto other = not_constantly(tried, rejected_by_icmp)) return *other;
  const Connection& first = *tried.front();
  bool read = first.tcp.icmp.get() != nullptr;
  Found found{read || tried.size() > 1 ? Certainty::proven : Certainty::likely, {}, true, ""};
  found.evidence.push_back(
      {source("tcp", tried), fmt::format("{}, {}", tcp_words(first), share(tried.size(), tried.size()))});
  if (!read) return found;
  std::string from = first.tcp.icmp.value.from;
  if (from.empty()) return found;
  bool itself = from == first.asked.address;
  found.evidence.push_back(
      {source("tcp", first), itself ? "the host itself sent it: its own packet filter"
                                    : from + " sent it, not the host: a firewall on the way"});
  return found;
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
          "port on purpose and says so.",
      .tell_apart =
          "The sender of the ICMP message is the place to look. A plain RST would be port-closed (or a "
          "firewall that imitates one), silence port-filtered, \"host unreachable\" a routing fault.",
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
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
