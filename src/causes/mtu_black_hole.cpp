// Judges whether small exchanges pass and the large server flight stalls.
#include <algorithm>

#include "base/chance.h"
#include "causes/engine/hello_contrast.h"
#include "causes/engine/path_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::TlsOutcome;

bool stalled(const Connection& c) {
  return tls_tried(c) && c.tls.outcome == TlsOutcome::silent;
}

// What fits one small packet came through: an alert, or the answer to the smallest ClientHello.
bool small_passed(const Connection& c) {
  return tls_tried(c) && (c.tls.outcome == TlsOutcome::alert || (c.asked.tls == "small" && tls_answered(c)));
}

// "too big" was told: RFC 792 (3/4), RFC 4443 3.2 (2/0).
bool says_too_big(const evidence::Icmp& icmp, const Connection& c) {
  return is_ipv6(c.asked.address) ? icmp.type == 2 : icmp.type == 3 && icmp.code == 4;
}

const evidence::Icmp* too_big(const Connection& c) {
  if (const auto* icmp = c.tcp.icmp.get(); icmp && says_too_big(*icmp, c)) return icmp;
  const auto* packets = c.tcp.packets.get();
  if (!packets) return nullptr;
  for (const auto& icmp : packets->icmp) {
    if (says_too_big(icmp, c)) return &icmp;
  }
  return nullptr;
}

// Whether the word that large packets need, "too big", came; only our own side of it can be seen.
EvidenceLine icmp_line(const SizeLimit& limit) {
  for (const Connection* c : limit.stalled) {
    if (const auto* icmp = too_big(*c)) {
      return {source("path", *c),
              fmt::format("ICMP \"too big\" came{}{}, and it helped nothing",
                          icmp->from.empty() ? "" : " from " + icmp->from,
                          icmp->path_mtu ? fmt::format(" (MTU {})", icmp->path_mtu) : "")};
    }
  }
  if (!limit.towards_host)
    return {"probe",
            "the packets that vanish are the host's: whether ICMP \"too big\" reaches it can't be seen here"};
  bool watched = any_of(limit.stalled, [](const Connection& c) { return c.tcp.packets.get() != nullptr; });
  return {"probe", watched ? "no ICMP \"too big\" came for them: someone on the path drops it"
                           : "the system was told of no ICMP \"too big\" for them"};
}

// Echo requests that may not be fragmented: the largest answered, when larger ones were not.
void add_echoes(const CaseFile& c, std::vector<EvidenceLine>& lines) {
  std::uint32_t passes = 0, vanishes = 0;
  for (const auto& echo : c.echoes) {
    if (echo.outcome != evidence::EchoOutcome::done || echo.address != main_address(c)) continue;
    if (!echo.answers_ms.empty())
      passes = std::max(passes, echo.packet_bytes);
    else if (echo.sent > 0)
      vanishes = vanishes == 0 ? echo.packet_bytes : std::min(vanishes, echo.packet_bytes);
  }
  if (passes == 0 || vanishes <= passes) return;
  lines.push_back(
      {"echo", fmt::format("echo requests of {} bytes are answered, those of {} are not", passes, vanishes)});
}

std::string limit_words(const SizeLimit& limit) {
  if (limit.vanishes == 0) return fmt::format("packets of {} bytes pass, larger ones vanish", limit.passes);
  return fmt::format("packets of {} bytes pass, those of {} vanish", limit.passes, limit.vanishes);
}

Found flipped(const CaseFile& c, const SizeLimit& limit) {
  std::string_view what = limit.towards_host ? "a large ClientHello" : "the handshake";
  bool lossy = enough_loss(loss(c));
  Found found{limit.repeated && !lossy ? Certainty::proven : Certainty::likely, {}, true, "", {}};
  found.evidence.push_back(
      {source("path", limit.stalled), fmt::format("{} stalls by larger segments, {}", what,
                                                  share(limit.stalled.size(), limit.stalled.size()))});
  found.evidence.push_back(
      {source("path", limit.passed), fmt::format("the same passes by small ones: {}", limit_words(limit))});
  found.evidence.push_back(icmp_line(limit));
  if (lossy) found.evidence.push_back({"probe", "small packets get lost as well, but not by their size"});
  if (auto mtu = path_summary(c).mtu)
    found.evidence.push_back({"probe", fmt::format("this machine takes the path's MTU to be {}", *mtu)});
  add_echoes(c, found.evidence);
  // A host that gets a plain connection through fails only for what is larger: a Kerberos ticket, a file.
  found.explains = !limit.towards_host || !passed(c, Stage::nla) || c.complaint;
  found.headline =
      limit.vanishes ? fmt::format("Packets larger than about {} bytes vanish {}.", limit.passes,
                                   limit.towards_host ? "on the way to the host" : "on the way from the host")
                     : "";
  return found;
}

// Where packets of any size get lost, a few that stall and a few that pass prove nothing.
bool by_luck(const SizeLimit& limit) {
  constexpr double luck = 0.01;
  std::size_t stalled = limit.stalled.size();
  return !limit.repeated || luck < chance_of_choice(stalled, stalled + limit.passed.size());
}

// Both ways were tried with packets of full size.
std::optional<Verdict> large_ones_pass(const Connections& whole) {
  for (const Connection* conn : whole) {
    if (conn->tls.bytes > 1460)
      return excluded(
          fmt::format("a flight of {} bytes came whole ({})", conn->tls.bytes, source("tls", *conn)));
  }
  return std::nullopt;
}

Verdict when_standard_passes(const CaseFile& c, const Connections& whole) {
  const Connection* padded = hello(c, "padded");
  if (padded && tls_answered(*padded)) {
    const auto* icmp = too_big(*padded);
    return excluded(fmt::format("a ClientHello of {} bytes arrived{} ({})", padded->tls.hello_bytes,
                                icmp ? ", after ICMP had told that smaller packets are needed" : "",
                                source("tls", *padded)));
  }
  if (auto verdict = large_ones_pass(whole)) return *verdict;
  return needs(need::packet_sizes);
}

Verdict judge(const CaseFile& c) {
  Connections standard = filter(standards(c), tls_tried);
  if (standard.empty()) return needs_probe();
  bool lossy = enough_loss(loss(c));
  if (auto limit = size_limit(c))
    return lossy && by_luck(*limit) ? needs(need::repeats) : Verdict(flipped(c, *limit));
  if (Connections whole = filter(standard, tls_answered); !whole.empty() && !any_of(standard, stalled))
    return when_standard_passes(c, whole);
  if (!all_of(standard, stalled))
    return excluded("the handshake ends by itself: " + tls_ending_words(*standard.front()));
  Connections part = filter(standard, [](const Connection& conn) { return conn.tls.bytes > 0; });
  Connections small = finished(c, small_passed);
  // More than two of the largest segments, in order: such segments pass.
  Connections large = filter(standard, [](const Connection& conn) { return 2 * 1460 < conn.tls.bytes; });
  if (!large.empty()) {
    return excluded(fmt::format("{} bytes of the server's flight came, so large packets pass ({})",
                                large.front()->tls.bytes, source("tls", *large.front())));
  }
  Connections bounded_too = finished(c, [](const Connection& conn) {
    return bounded(conn) && conn.asked.tls == "handshake" && stalled(conn);
  });
  if (!bounded_too.empty())
    return excluded("small segments stall as well (" + source("path", bounded_too) + ")");
  if (auto contrast = hello_contrast(c); contrast && contrast->by != ContrastBy::size && part.empty()) {
    return excluded("larger ClientHellos than the small one are answered (" +
                    source("tls", contrast->answered) + ")");
  }
  if (part.empty() && small.empty()) return needs(need::packet_sizes);
  if (lossy) return needs(need::repeats);
  std::vector<EvidenceLine> lines{
      {source("tls", standard), fmt::format("the handshake stalls, {}, after a plain X.224 exchange",
                                            share(standard.size(), standard.size()))}};
  if (!part.empty())
    lines.push_back({source("tls", part), fmt::format("{} bytes of the server's flight came, then silence",
                                                      part.front()->tls.bytes)});
  if (!small.empty())
    lines.push_back({source("tls", small), "a small exchange passes: " + tls_ending_words(*small.front())});
  bool can_not = any_of(finished(c, bounded), [](const Connection& conn) { return !tcp_up(conn); });
  lines.push_back({"probe", can_not
                                ? "the same handshake by small segments would prove it; this system can't "
                                  "bound them"
                                : "the same handshake with a small segment size would prove it"});
  return Found{Certainty::possible, std::move(lines), true, ""};
}

}  // namespace

Cause mtu_black_hole() {
  return {
      .id = "mtu-black-hole",
      .title = "Large packets vanish on the way.",
      .stage = Stage::path,
      .machine = Machine::path,
      .explanation =
          "Somewhere on the way the largest packet is smaller than both ends believe, and the ICMP message "
          "that should say so is filtered. Small packets pass, so TCP opens and X.224 answers; the server's "
          "certificate is the first large flight and never arrives. VPNs, tunnels and PPPoE links are where "
          "it happens. The host gives up in the end and closes the socket.",
      .tell_apart =
          "Rivals are a content filter and a host that hangs in TLS. The experiment: the same handshake "
          "with a small segment size. If that passes, it is the path's MTU and nothing else.",
      .advice =
          {"On the client, with smaller sizes until it passes: the largest packet less 28 bytes:   ping -f "
           "-l 1372 HOST",
           "On the VPN or tunnel: set its MTU right and clamp the TCP segment size (MSS) to it.",
           "On firewalls of the path: let ICMP \"fragmentation needed\" (IPv4) and \"packet too big\" (IPv6) "
           "pass.",
           "On the client, the names and MTUs of its interfaces:   netsh interface ipv4 show subinterfaces",
           "On the client, as administrator, until its next restart (undo: the old value):   netsh interface "
           "ipv4 set subinterface \"VPN\" mtu=1300 store=active"},
      .article = Article::names_it,
      .article_note =
          "The article names the MTU together with UDP. UDP only begins after the main TCP connection, so "
          "it can't be why that one fails; large TCP packets can.",
      .fixes = {"lower-interface-mtu"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the host gives up on the stalled handshake and closes"},
                {"disconnect", 0x108, Certainty::possible, "the handshake did not come up in time"},
                {"disconnect", 0x704, Certainty::possible, "an answer did not come in time"}},
      .signs = {{"session-freezes", Certainty::possible,
                 "where large packets vanish a session stands still"}},
      .covers = {"tls-stalled"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
