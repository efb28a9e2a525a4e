// Judges loss by the retransmissions that the kernel counted.
#include "causes/engine/path_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::size_t enough = 3;  // one slow accept queue or a spurious retransmission is not loss

// An attempt as a client's that was left without an answer.
bool left_waiting(const Connection& c) {
  return syn_unanswered(c) || c.x224.outcome == evidence::X224Outcome::silent ||
         c.tls.outcome == evidence::TlsOutcome::silent || c.nla.outcome == evidence::NlaOutcome::silent;
}

std::string percent(double share) {
  return fmt::format("{:.0f} %", 100 * share);
}

// Where the kernel tells of repeats alone, not of how many segments they were among.
Verdict by_connections(const Loss& l) {
  if (l.repeating.empty()) return excluded(fmt::format("nothing was sent twice on {} connections", l.read));
  if (l.repeating.size() < enough || l.repeating.size() * 3 < l.read) return needs(need::repeats);
  return Found{Certainty::possible,
               {{source("tcp", l.repeating), fmt::format("segments were sent again on {} connections",
                                                         share(l.repeating.size(), l.read))}},
               false,
               "",
               {}};
}

// Two measures that share nothing but the path, or so many repeats on so many connections that nothing else
// does it.
Certainty certainty_of(const Loss& l) {
  if (!enough_loss(l)) return Certainty::possible;
  bool both = 2 <= l.echoes_lost && 5 <= l.echoes_lost + l.repeats;
  bool plenty = 10 <= l.repeats && 4 <= l.repeating.size() && l.segments <= 10 * l.repeats;
  return both || plenty ? Certainty::proven : Certainty::likely;
}

Found found(const CaseFile& c, const Loss& l) {
  Connections failed = filter(standards(c), left_waiting);
  Found out{certainty_of(l), {}, !failed.empty(), "", {}};
  if (0 < l.repeats)
    out.evidence.push_back(
        {source("tcp", l.repeating), fmt::format("{} of {} segments had to be sent again, on {} connections",
                                                 l.repeats, l.segments, share(l.repeating.size(), l.read))});
  if (0 < l.echoes_lost)
    out.evidence.push_back(
        {"echo", fmt::format("{} of {} small echo requests got no answer", l.echoes_lost, l.echoes_sent)});
  else if (0 < l.echoes_sent)
    out.evidence.push_back({"echo", fmt::format("all {} echo requests were answered", l.echoes_sent)});
  if (0 < l.late_connects && l.repeats == 0)
    out.evidence.push_back(
        {"tcp", fmt::format("{} connections stood only after more than one SYN", l.late_connects)});
  if (0 < l.gaps)
    out.evidence.push_back(
        {"probe packets",
         fmt::format("{} of {} packets from the host came out of turn or late", l.gaps, l.data_packets)});
  if (!failed.empty())
    out.evidence.push_back(
        {source("tcp", failed), fmt::format("{} attempts as a client's were left without an "
                                            "answer",
                                            share(failed.size(), standards(c).size()))});
  out.headline = fmt::format("About {} of the packets are lost on the way.", percent(loss_share(l)));
  return out;
}

Verdict judge(const CaseFile& c) {
  Loss l = loss(c);
  bool echoes_too = 2 <= l.echoes_lost && enough_loss(l);  // much loss leaves few connections to count on
  if (!enough_loss(l) && loss_suspected(l)) return found(c, l);
  if (l.read < enough && !echoes_too) return needs(need::repeats);
  if (l.segments == 0 || (l.repeats == 0 && !echoes_too)) return by_connections(l);
  if (too_slow(speed(c)) && queues(c))
    return excluded("the link is slow: what is missing, its full queue dropped");
  if (!enough_loss(l)) return needs(need::repeats);
  return found(c, l);
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
          "connection-intermittent: then the connections that pass send nothing twice. A slow link drops "
          "what "
          "its queue can't hold (slow-path). Several runs at different times, and one from another place, "
          "tell "
          "where the loss is.",
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
      .signs = {{"mstsc-connection-lost", Certainty::possible, "an open connection broke off"},
                {"mstsc-data-encryption", Certainty::possible,
                 "seen where a device on the path damages packets"},
                {"session-freezes", Certainty::possible, "loss makes a session stand still"},
                {"event-termdd", Certainty::possible, "written as well when a connection breaks off"}},
      .covers = {"connection-intermittent", "connection-limit", "listener-unresponsive", "tls-stalled"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
