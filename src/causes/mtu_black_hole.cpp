// Judges whether small exchanges pass and the large server flight stalls.
#include "causes/engine/hello_contrast.h"
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

Verdict judge(const CaseFile& c) {
  Connections standard = filter(standards(c), tls_tried);
  if (standard.empty()) return needs_probe();
  if (Connections whole = filter(standard, tls_answered); !whole.empty() && !any_of(standard, stalled)) {
    std::uint64_t bytes = whole.front()->tls.bytes;
    if (bytes > 1460)
      return excluded(
          fmt::format("a flight of {} bytes came whole ({})", bytes, source("tls", *whole.front())));
    return needs(need::packet_sizes);
  }
  if (!all_of(standard, stalled))
    return excluded("the handshake ends by itself: " + tls_ending_words(*standard.front()));
  Connections part = filter(standard, [](const Connection& conn) { return conn.tls.bytes > 0; });
  Connections small = finished(c, small_passed);
  if (auto contrast = hello_contrast(c); contrast && contrast->by != ContrastBy::size && part.empty()) {
    return excluded("larger ClientHellos than the small one are answered (" +
                    source("tls", contrast->answered) + ")");
  }
  if (part.empty() && small.empty()) return needs(need::packet_sizes);
  std::vector<EvidenceLine> lines{
      {source("tls", standard), fmt::format("the handshake stalls, {}, after a plain X.224 exchange",
                                            share(standard.size(), standard.size()))}};
  if (!part.empty())
    lines.push_back({source("tls", part), fmt::format("{} bytes of the server's flight came, then silence",
                                                      part.front()->tls.bytes)});
  if (!small.empty())
    lines.push_back({source("tls", small), "a small exchange passes: " + tls_ending_words(*small.front())});
  lines.push_back({"probe", "the same handshake with a small segment size would prove it"});
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
      .covers = {"tls-stalled"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
