// Judges loss by the retransmissions that the kernel counted.
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::size_t enough = 3;  // one slow accept queue or a spurious retransmission is not loss

Verdict judge(const CaseFile& c) {
  Connections read =
      finished(c, [](const Connection& conn) { return tcp_up(conn) && conn.tcp.retransmits.get(); });
  Connections again = filter(read, [](const Connection& conn) { return conn.tcp.retransmits.value > 0; });
  if (read.size() < enough) return needs(need::repeats);
  if (again.empty()) return excluded(fmt::format("nothing was sent twice on {} connections", read.size()));
  if (again.size() < enough || again.size() * 3 < read.size()) return needs(need::repeats);
  return Found{Certainty::possible,
               {{source("tcp", again), fmt::format("segments were sent again on {} connections",
                                                   share(again.size(), read.size()))}},
               false,
               ""};
}

}  // namespace

Cause packet_loss() {
  return {
      .id = "packet-loss",
      .title = "Packets are lost on the way.",
      .stage = Stage::path,
      .machine = Machine::path,
      .explanation =
          "Segments had to be sent again. A little of it is normal on wireless and mobile links; much of it "
          "makes the handshake slow or break, and a running session stutter or drop. Overloaded VPNs, "
          "duplex or cable faults and policers are the usual places.",
      .tell_apart =
          "Loss of only large packets is mtu-black-hole; loss at one backend only is "
          "connection-intermittent. Several runs at different times, and one from another place, tell where "
          "the loss is.",
      .advice =
          {"On the client: use a cable instead of wireless; try without the VPN where that is allowed.",
           "On the client, the share of lost packets:   ping -n 100 HOST",
           "On the client, the hop that loses them (it takes some minutes):   pathping HOST",
           "On the path: have the provider or the VPN's operator look at that hop.",
           "Leave the IP stack alone: netsh int ip reset does not cure loss, and it wipes fixed addresses."},
      .article = Article::names_it,
      .article_note =
          "It lists netsh int ip reset and netsh winsock reset. No report shows that they help with 0x904; "
          "the first wipes a host's fixed address.",
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "a session on a path with loss ends as a closed socket"},
                {"disconnect", 0x108, Certainty::possible, "the connect did not come up in time"},
                {"disconnect", 0x704, Certainty::possible, "an answer did not come in time"},
                {"disconnect", 0x304, Certainty::possible, "sending failed"},
                {"disconnect", 0x404, Certainty::possible, "receiving failed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
