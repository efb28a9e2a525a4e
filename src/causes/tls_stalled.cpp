// Judges whether ClientHellos go unanswered: neither a ServerHello nor an end.
#include <algorithm>

#include "causes/engine/hello_contrast.h"
#include "causes/engine/path_views.h"
#include "causes/engine/requests.h"
#include "causes/engine/tls_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::string_view rivals =
    "not told apart from here: large packets lost on the path (mtu-black-hole), a filter that drops "
    "ClientHellos, "
    "a host that hangs";

// What the same exchange by small segments told of packet sizes.
void add_sizes(const CaseFile& c, std::vector<EvidenceLine>& lines) {
  Connections by_small = finished(c, [](const Connection& conn) {
    return bounded(conn) && conn.asked.tls == "handshake" && tls_tried(conn);
  });
  Connections silent = with_fate(by_small, Fate::silent);
  if (by_small.empty()) {
    lines.push_back({"probe", std::string(rivals)});
  } else if (silent.size() == by_small.size()) {
    lines.push_back({source("tls", silent),
                     "small segments do no better, so it is not the size of packets: a "
                     "filter that drops ClientHellos, or a host that hangs"});
  } else {
    lines.push_back({source("tls", by_small), "by small segments it went: " + endings(by_small)});
  }
}

bool is_small(const Connection& c) {
  return c.asked.tls == "small";
}

// The ServerHello came, the rest of the flight never did.
bool stops_half_way(const Connection& c) {
  return c.tls.outcome == evidence::TlsOutcome::silent && c.tls.server_hello_seen;
}

std::string hello_sizes(const Connections& list) {
  std::uint64_t least = list.front()->tls.hello_bytes;
  std::uint64_t most = least;
  for (const Connection* c : list) {
    least = std::min(least, c->tls.hello_bytes);
    most = std::max(most, c->tls.hello_bytes);
  }
  if (most == 0) return "";
  return least == most ? fmt::format(" of {} bytes", most) : fmt::format(" of {} to {} bytes", least, most);
}

Found unanswered(const CaseFile& c, const Connections& silent) {
  bool small_too = any_of(silent, is_small);
  bool repeated = 2 <= silent.size() && small_too;
  Found found{repeated ? Certainty::likely : Certainty::possible, {}, true, "", {}};
  found.evidence.push_back({source("tls", silent), fmt::format("ClientHellos{} get no answer and no end ({})",
                                                               hello_sizes(silent), endings(silent))});
  if (small_too) {
    found.evidence.push_back({source("tls", filter(silent, is_small)),
                              "a small one does no better, so its size is not the matter"});
  }
  add_sizes(c, found.evidence);
  return found;
}

Found size_matters(const CaseFile& c, const Connections& silent, const Connections& small) {
  Found found{
      Certainty::likely,
      {{source("tls", silent),
        fmt::format("ClientHellos{} get no answer ({})", hello_sizes(silent), endings(silent))},
       {source("tls", small), fmt::format("a small one{} gets its ServerHello: size matters, so think of "
                                          "mtu-black-hole first",
                                          hello_sizes(small))}},
      true,
      "Only small ClientHellos are answered: larger packets get lost on the path.",
      {}};
  if (!c.target.is_address && !c.target.host.empty()) {
    found.evidence.push_back({source("tls", small),
                              "the small one carries no server name either, so a filter by name would look "
                              "the same"});
  }
  return found;
}

Found half_way(const Connections& stopped) {
  return Found{
      Certainty::likely,
      {{source("tls", stopped), fmt::format("the ServerHello comes, then nothing more ({} bytes, {})",
                                            stopped.front()->tls.bytes, endings(stopped))},
       {source("tls", stopped),
        "the certificate's packets are the largest so far: think of mtu-black-hole first"}},
      true,
      "TLS stops half-way: the host's answer does not arrive whole.",
      {}};
}

// "standard" gets no answer and others do.
Found by_contrast(const CaseFile& c, const HelloContrast& contrast) {
  Found found{Certainty::possible, contrast_lines(c, contrast), true, contrast_headline(contrast), {}};
  add_sizes(c, found.evidence);
  return found;
}

// "standard" passes and a narrower offer gets no answer, each time it was asked: a client that offers like it
// would hang.
std::optional<Found> narrow_offers_silent(const Connections& hellos) {
  Connections hung;
  for (auto offer : {"modern", "tls1.2"}) {
    Connections tries = of_offer(hellos, offer);
    bool always = all_of(tries, [](const Connection& c) { return fate(c) == Fate::silent; });
    if (always && tries.size() >= 2) hung.insert(hung.end(), tries.begin(), tries.end());
  }
  if (hung.empty()) return std::nullopt;
  return Found{Certainty::possible,
               {{source("tls", hung), fmt::format("ClientHellos{} get no answer and no end, twice ({})",
                                                  hello_sizes(hung), endings(hung))},
                {source("tls", with_fate(hellos, Fate::answered)), "others are answered"}},
               /* explains= */ false,
               "Some ClientHellos get no answer.",
               {}};
}

Verdict judge(const CaseFile& c) {
  Connections hellos = whole_hellos(c);
  if (hellos.empty()) return no_hello_sent(c);
  if (split_at_tls(c)) return needs(need::repeats);
  Connections silent = with_fate(hellos, Fate::silent);
  Connections answered = with_fate(hellos, Fate::answered);
  Connections handshakes =
      filter(hellos, [](const Connection& conn) { return conn.asked.tls == "handshake"; });
  if (Connections coming = filter(handshakes, still_coming); !coming.empty()) {
    return excluded(
        fmt::format("the host's flight was still coming, {} bytes of it, when the wait ended ({})",
                    coming.front()->tls.bytes, source("tls", coming)));
  }
  if (all_of(handshakes, stops_half_way)) return half_way(handshakes);
  if (silent.empty()) {
    return excluded(answered.empty() ? "ClientHellos are ended, not left waiting: " + endings(hellos)
                                     : "a ServerHello came (" + source("tls", answered) + ")");
  }
  if (silent.size() == hellos.size()) return unanswered(c, silent);
  if (!answered.empty() && all_of(answered, is_small) && answered.size() + silent.size() == hellos.size()) {
    return size_matters(c, silent, answered);
  }
  if (auto contrast = hello_contrast(c); contrast && fate(*contrast->failed.front()) == Fate::silent)
    return by_contrast(c, *contrast);
  bool standard_passes =
      any_of(handshakes, [](const Connection& conn) { return fate(conn) == Fate::answered; });
  if (standard_passes) {
    if (auto found = narrow_offers_silent(hellos)) return *found;
  }
  if (!answered.empty()) return excluded("a ServerHello came (" + source("tls", answered) + ")");
  Found mixed = unanswered(c, silent);
  mixed.certainty = Certainty::possible;
  mixed.evidence.push_back({source("tls", hellos), "others were ended: " + endings(hellos)});
  return mixed;
}

}  // namespace

Cause tls_stalled() {
  return {
      .id = "tls-stalled",
      .title = "The TLS handshake gets no answer.",
      .stage = Stage::tls,
      .machine = Machine::path,
      .explanation =
          "The host confirms the connection, the ClientHello goes out, and nothing comes back: no "
          "ServerHello, no alert, no end. Either the ClientHello or the answer is lost every time (packets "
          "over a certain size vanish in a tunnel or VPN, or a filter drops what it recognises as TLS "
          "without saying so), or the host took the request and hangs.",
      .tell_apart =
          "A small ClientHello that passes where large ones don't means that size matters "
          "(mtu-black-hole); the same with a small segment size proves it. If a small one is lost too, "
          "compare from another network: passing there means a filter on this path. A host that hangs is "
          "silent from everywhere, also from its own subnet.",
      .advice =
          {"On the client, from another network, and with the VPN off or on; if it passes there, the path is "
           "to blame:   rdpdoctor diagnose HOST",
           "On the client, whether packets of 1400 bytes pass; lower the number until they do:   ping -f -l "
           "1372 HOST",
           "On the VPN or tunnel: set its MTU to what passes, or clamp the TCP segment size there.",
           "On firewalls of the path: let ICMP \"fragmentation needed\" (IPv4) and \"packet too big\" (IPv6) "
           "pass.",
           "On the host: if it is silent from its own subnet as well, look at its load and its System log."},
      .article = Article::names_it,
      .article_note = "It says to lower the MTU on suspicion. Test first whether size matters at all.",
      .fixes = {"lower-interface-mtu"},
      .codes = {{"disconnect", 0x108, Certainty::possible, "the connection timed out"},
                {"disconnect", 0x704, Certainty::possible, "a step of the connection took too long"},
                {"disconnect", 0x904, Certainty::possible,
                 "a device or the host closes the stalled connection in the end"},
                {"freerdp", 0x20008, Certainty::possible, "the TLS handshake failed"},
                {"freerdp", 0x2000D, Certainty::possible, "the connection broke off while it was set up"}},
      .signs = {{"mstsc-time-allotted", Certainty::possible, "no answer in time"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
