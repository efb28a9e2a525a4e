// Judges the measured round trip and bandwidth against what the vendor says a session needs.
#include <algorithm>

#include "causes/engine/path_views.h"
#include "causes/engine/tcp_views.h"
#include "causes/engine/untold.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// The vendor's word on latency: a round trip of more than 200 ms may trouble the user, up to 150 ms should
// not
// ("Connection quality in Azure Virtual Desktop",
// learn.microsoft.com/azure/virtual-desktop/connection-latency). A satellite of 300 ms is no fault of
// anybody's, so the alarm is far above that.
constexpr double noticed_ms = 200;
constexpr double alarming_ms = 500;
// And on bandwidth: [MS-RDPBCGR] 2.2.1.3.2 connectionType has "modem" (56 kbit/s) below "low-speed broadband"
// (256 kbit/s to 2 Mbit/s): slow_bits. Text work alone takes 100 to 200 kbit/s ("Remote Desktop Protocol
// bandwidth requirements", learn.microsoft.com/azure/virtual-desktop/rdp-bandwidth).
constexpr std::string_view bandwidth_source =
    "a session wants 256 kbit/s at least ([MS-RDPBCGR] 2.2.1.3.2: less is a modem)";
constexpr std::size_t enough = 3;

bool left_waiting(const Connection& c) {
  return syn_unanswered(c) || c.x224.outcome == evidence::X224Outcome::silent ||
         c.tls.outcome == evidence::TlsOutcome::silent || c.nla.outcome == evidence::NlaOutcome::silent;
}

void add_speed(const Speed& s, std::vector<EvidenceLine>& lines) {
  std::string words;
  if (s.down) words = "from the host " + speed_words(*s.down);
  if (s.up) words += (words.empty() ? "" : ", ") + ("to the host " + speed_words(*s.up));
  lines.push_back({source("path", s.by), "measured: " + words});
  lines.push_back({"probe", std::string(bandwidth_source)});
}

Found narrow(const CaseFile& c, const Speed& s) {
  bool both = s.down && s.up && std::max(*s.down, *s.up) < slow_bits;
  bool queue = queues(c);
  Found found{
      both && queue ? Certainty::proven : Certainty::likely, {}, any_of(standards(c), left_waiting), "", {}};
  add_speed(s, found.evidence);
  found.evidence.push_back(
      {"probe", queue ? "what the host's kernel answers at once waits as well, so it is the path"
                      : "what the host's kernel answers does not wait, so it may be the host that is slow"});
  double least = std::min(s.down.value_or(slow_bits), s.up.value_or(slow_bits));
  found.headline = fmt::format("The path is too slow: about {}.", speed_words(least));
  return found;
}

Found far(const CaseFile& c, const RoundTrip& rtt) {
  return Found{Certainty::proven,
               {{"probe tcp", fmt::format("the round trip takes at least {} ({} connections)",
                                          ms_words(rtt.least_ms), rtt.measured)},
                {"probe", fmt::format("from {:.0f} ms on the vendor expects users to notice", noticed_ms)}},
               any_of(standards(c), left_waiting),
               fmt::format("The host is very far: {} there and back.", ms_words(rtt.least_ms)),
               {}};
}

Verdict judge(const CaseFile& c) {
  auto rtt = round_trip(c);
  if (!rtt || rtt->measured < enough) return needs(need::further);
  if (rtt->by_kernel && alarming_ms <= rtt->least_ms) return far(c, *rtt);
  Speed s = speed(c);
  if (too_slow(s) && enough_loss(loss(c)) && !queues(c))
    return excluded("packets are lost, not held up: what comes late was sent twice");
  // One direction alone, and nothing queues: the host may be what is slow.
  bool both = s.down && s.up && std::max(*s.down, *s.up) < slow_bits;
  if (too_slow(s) && !both && !queues(c)) return needs_credentials(c);
  if (too_slow(s)) return narrow(c, s);
  if (s.down || s.up) {
    return excluded(
        fmt::format("{} come through", speed_words(std::min(s.down.value_or(1e9), s.up.value_or(1e9)))));
  }
  bool held_up = any_of(finished(c, x224_answered), [&](const Connection& conn) {
    return 5 * rtt->least_ms + 300 < std::max(conn.x224.ms, conn.tls.ms);
  });
  if (!rtt->by_kernel || held_up) return needs_credentials(c);
  return excluded(
      fmt::format("the round trip takes {}, and answers are not held up", ms_words(rtt->least_ms)));
}

}  // namespace

Cause slow_path() {
  return {
      .id = "slow-path",
      .title = "The path is too slow.",
      .stage = Stage::path,
      .machine = Machine::path,
      .explanation =
          "Latency or bandwidth is so poor that answers come after the client or the host has given up, or "
          "that a session is not usable: satellite and mobile links, a full uplink, a VPN that goes around "
          "the world, or a large picture over little bandwidth.",
      .tell_apart =
          "The round trip and, where answers are slow, the measured bandwidth say which of the two it is. A "
          "busy "
          "host is slow too, but its kernel answers SYNs and echoes at once. A full queue drops packets, "
          "which "
          "looks like packet-loss until the bandwidth is measured.",
      .advice = {"On the client: close what fills the link; try from another network or at another time.",
                 "On the client: choose fewer colours, a smaller desktop and no redirection of drives and "
                 "printers.",
                 "On the VPN: use the nearest entry point, or split tunnelling where policy allows it."},
      .article = Article::names_it,
      .article_note =
          "Slow paths have codes of their own (0x108 and 0x704, time-outs); by itself 0x904 does not mean "
          "slow.",
      .codes = {{"disconnect", 0x108, Certainty::possible, "the connect did not come up in time"},
                {"disconnect", 0x704, Certainty::possible, "an answer did not come in time"},
                {"error-info", 0x4, Certainty::possible, "the logon took longer than the host allows"}},
      .signs = {{"mstsc-time-allotted", Certainty::possible, "no answer in time"}},
      .covers = {"connection-intermittent", "packet-loss", "tls-stalled"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
