// Told by a UDP probe: the side channel answers and loses.
#include <algorithm>
#include <limits>

#include "causes/engine/tcp_views.h"
#include "causes/engine/udp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::UdpOutcome;

constexpr std::size_t enough_for_share = 10;
constexpr std::size_t least_lost = 2;
constexpr std::size_t enough_of_size = 3;
constexpr std::size_t certain_of_size = 4;
constexpr std::uint32_t least_of_client = 1132;

// A host that hears nothing more sends its answer again after 300 ms at the earliest ([MS-RDPEUDP] 3.1.6.1):
// an answer that comes so late says that the first one was lost.
constexpr double repeated_by_host_ms = 280;

double fastest(const Exchanges& answered) {
  double least = std::numeric_limits<double>::max();
  for (const UdpExchange* u : answered) least = std::min(least, u->ms);
  return least;
}

// One line if TCP, on the same path, had to repeat as well, or did not.
void add_tcp_line(const CaseFile& c, std::vector<EvidenceLine>& lines) {
  Connections read =
      finished(c, [](const Connection& conn) { return tcp_up(conn) && conn.tcp.retransmits.get(); });
  Connections again = filter(read, [](const Connection& conn) { return conn.tcp.retransmits.value > 0; });
  if (read.empty()) return;
  lines.push_back({source("tcp", again.empty() ? read : again),
                   again.empty() ? "TCP on the same path lost nothing: it is UDP that is dropped or limited"
                                 : "TCP on the same path had to send again too, on connections " +
                                       share(again.size(), read.size())});
}

struct Sizes {
  std::uint32_t passes = 0;                                         // the largest that was answered
  std::uint32_t fails = std::numeric_limits<std::uint32_t>::max();  // the least above it of which none was
  Exchanges below;                                                  // answered, up to `passes`
  Exchanges above;                                                  // not answered, from `fails` on
};

Sizes sizes_of(const Exchanges& tried) {
  Sizes out;
  Exchanges plain = filter(tried, [](auto& u) { return !udp_in_pieces(u); });
  for (const UdpExchange* u : plain) {
    if (udp_answered(*u)) out.passes = std::max(out.passes, u->datagram_bytes);
  }
  for (const UdpExchange* u : plain) {
    if (out.passes < u->datagram_bytes) out.fails = std::min(out.fails, u->datagram_bytes);
  }
  out.below = filter(plain, udp_answered);
  out.above = filter(plain, [&](auto& u) { return out.fails <= u.datagram_bytes; });
  return out;
}

std::string mtu_words(const Exchanges& list) {
  for (const UdpExchange* u : list) {
    const evidence::Icmp* icmp = u->icmp.get();
    if (u->outcome == UdpOutcome::too_big && icmp && icmp->path_mtu != 0) {
      return fmt::format("{}: the path takes packets of {} bytes", udp_icmp_words(*u), icmp->path_mtu);
    }
    if (u->outcome == UdpOutcome::too_big && !u->problem.empty()) return u->problem;
  }
  return "";
}

// None of a client's size was answered, and smaller ones were.
Verdict by_size(const CaseFile& c, const Exchanges& tried) {
  Exchanges pieces = filter(tried, udp_in_pieces);
  if (Exchanges arrived = filter(pieces, udp_answered); !arrived.empty()) {
    if (arrived.size() < enough_of_size) return needs(need::packet_sizes);
    return excluded(
        fmt::format("datagrams of 1232 bytes arrive in pieces, as the client sends them ({} of {})",
                    arrived.size(), pieces.size()));
  }
  Sizes s = sizes_of(tried);
  if (s.below.size() < enough_of_size || s.above.size() < enough_of_size) return needs(need::packet_sizes);
  bool certain = certain_of_size <= s.below.size() && certain_of_size <= s.above.size();
  std::vector<EvidenceLine> lines = {
      {"probe udp",
       fmt::format("of {} datagrams of {} bytes and more none was answered; of smaller ones, up to {} "
                   "bytes, {} were",
                   s.above.size(), s.fails, s.passes, s.below.size())}};
  if (std::string mtu = mtu_words(s.above); !mtu.empty()) lines.push_back({"probe udp", mtu});
  if (!pieces.empty())
    lines.push_back({"probe udp", "nor were those that could be cut into pieces on the way"});
  if (std::ranges::any_of(s.below, [](auto* u) { return least_of_client <= u->answer_bytes; })) {
    lines.push_back({"probe udp", "the host's own large answers arrive: it is the way to the host"});
  }
  add_tcp_line(c, lines);
  return Found{certain ? Certainty::proven : Certainty::likely, std::move(lines), false,
               fmt::format("Large UDP datagrams vanish: {} bytes pass, {} do not.", s.passes, s.fails)};
}

// Some of a client's size were answered.
Verdict by_share(const CaseFile& c, const Exchanges& tried) {
  Exchanges whole =
      filter(tried, [](auto& u) { return udp_allowed_size(u) && (udp_answered(u) || udp_silent(u)); });
  Exchanges answered = filter(whole, udp_answered);
  double late = fastest(answered) + repeated_by_host_ms;
  Exchanges again = filter(answered, [&](auto& u) { return late <= u.ms; });
  std::size_t lost = whole.size() - answered.size() + again.size();
  if (lost == 0) {
    return excluded(
        fmt::format("datagrams of a client's size were answered, {}", share(answered.size(), whole.size())));
  }
  if (lost < least_lost || whole.size() < enough_for_share) return needs(need::repeats);
  std::vector<EvidenceLine> lines = {
      {"probe udp", fmt::format("of {} datagrams of a client's size {} got no answer", whole.size(), lost)}};
  if (!again.empty()) {
    lines.push_back(
        {"probe udp", fmt::format("{} of them only after the host had sent its answer again", again.size())});
  }
  add_tcp_line(c, lines);
  return Found{Certainty::likely, std::move(lines), false,
               fmt::format("UDP to the host loses {} of {} datagrams.", lost, whole.size())};
}

// A version that the host does not know, not a loss.
bool split_by_version(const Exchanges& whole) {
  auto fate = [&](std::uint32_t version, bool answered) {
    return std::ranges::any_of(
        whole, [&](auto* u) { return u->version == version && udp_answered(*u) == answered; });
  };
  return (!fate(1, true) && !fate(2, false)) || (!fate(2, true) && !fate(1, false));
}

Verdict judge(const CaseFile& c) {
  if (auto verdict = udp_is_no_matter(c)) return *verdict;
  Exchanges tried = udp_tried(c);
  if (filter(tried, udp_answered).empty()) {
    bool closed = std::ranges::any_of(
        tried, [](auto* u) { return u->outcome == UdpOutcome::refused && by_the_host(*u); });
    if (closed) return excluded("the host's UDP port is closed: it does not offer UDP");
    return needs("an answer on UDP: without one there is no loss to measure");
  }
  Exchanges whole = filter(tried, udp_whole);
  if (filter(whole, udp_answered).empty()) return by_size(c, tried);
  if (filter(whole, udp_silent).empty() || !split_by_version(whole)) return by_share(c, tried);
  return needs(need::repeats);
}

}  // namespace

Cause udp_lossy() {
  return {
      .id = "udp-lossy",
      .title = "The session's UDP channel loses packets.",
      .stage = Stage::udp,
      .machine = Machine::path,
      .explanation =
          "The UDP side channel comes up and then loses datagrams, often only the large ones (VPN, tunnel, "
          "wrong MTU). The session freezes, or drops after about a minute, and comes back. Some pairs of "
          "versions (Windows 11 24H2 or Server 2025 against Server 2016) dropped UDP sessions by a fault of "
          "their own until updated.",
      .tell_apart =
          "The same session over TCP only is stable. UDP probes of several sizes tell loss of large "
          "datagrams from loss of all; sent once more without the mark that forbids cutting them up, as the "
          "client sends them, they tell a path that only cuts large datagrams, which does no harm. A "
          "firewall that limits UDP per source, and a host that limits its answers, read like loss.",
      .advice = {"On the client and the host: install current updates.",
                 "On the client, as administrator, TCP only, to compare (undo: reg delete with the same key "
                 "and /v):   reg add \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal "
                 "Services\\Client\" /v fClientDisableUDP /t REG_DWORD /d 1 /f",
                 "On the VPN or tunnel: correct its MTU, or keep UDP off for this path."},
      .article = Article::names_it,
      .article_note =
          "It fits sessions that freeze or drop, not a connection that ends before logon, as 0x904 with 0x7 "
          "does.",
      .fixes = {"force-tcp", "lower-interface-mtu"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the session dropped after it had begun, then mostly with extended 0x0"}},
      .signs = {{"black-screen", Certainty::possible, "a lossy UDP channel leaves the picture black"},
                {"session-freezes", Certainty::possible, "a lossy UDP channel makes a session stand still"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
