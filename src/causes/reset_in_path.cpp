// Judges whether something between us and the host, not the host, ends the connection: by what it ends, and
// by how far away the sender of its RSTs is.
#include <algorithm>

#include "causes/engine/hello_contrast.h"
#include "causes/engine/hello_filter.h"
#include "causes/engine/requests.h"
#include "causes/engine/reset_senders.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Found by_split(const CaseFile& c, const Connection& split, const Connections& whole) {
  Found found{Certainty::proven, {}, true, "Something on the path ends TLS by looking for ClientHellos.", {}};
  found.evidence.push_back(
      {source("tls", whole), fmt::format("a ClientHello in one segment is ended ({})", endings(whole))});
  found.evidence.push_back(
      {source("tls", split), "the same one with its first byte in a segment of its own gets a ServerHello"});
  // Where other whole ClientHellos are answered, one machine of several that is ill would look the same by
  // luck.
  if (!with_fate(whole_hellos(c), Fate::answered).empty()) found.certainty = Certainty::likely;
  if (auto contrast = hello_contrast(c)) {
    found.headline = "A device on the path cuts some ClientHellos: those " + contrast->fail + ".";
    for (EvidenceLine& line : contrast_lines(c, *contrast)) found.evidence.push_back(std::move(line));
  }
  return found;
}

// Some ClientHellos pass and others don't, and no version, suite or signature tells them apart.
Verdict by_contrast(const CaseFile& c, const HelloContrast& contrast, const Connections& cut) {
  if (contrast.by == ContrastBy::version) return excluded("the version decides, see tls-version-mismatch");
  if (contrast.by == ContrastBy::suites || contrast.by == ContrastBy::signatures)
    return excluded("what the offer holds decides, see tls-cipher-mismatch");
  if (!any_of(cut, ended_without_word)) return excluded("the host's own TLS answers: " + endings(cut));
  return Found{Certainty::possible, contrast_lines(c, contrast), true, contrast_headline(contrast), {}};
}

// The host's part begins, then FIN or RST: an alert would be the host's own word.
Found in_the_answer(const Connections& ended, std::string_view when) {
  Found found{Certainty::possible, {}, true, fmt::format("TLS is ended {}.", when), {}};
  found.evidence.push_back(
      {source("tls", ended), fmt::format("the connection ends {} ({})", when, endings(ended))});
  found.evidence.push_back(
      {source("tls", ended), "not told apart from here: a host that fails there, a device that ends it"});
  return found;
}

Found by_signs(const HelloFilterSigns& signs, const Connections& cut) {
  Found found{Certainty::likely, {}, true, "", {}};
  if (signs.plain_reached_tls) found.headline = "A device on the path resets everything that looks like TLS.";
  found.evidence.push_back({source("tls", cut), "every ClientHello is ended (" + endings(cut) + ")"});
  if (signs.control_reached_tls) {
    found.evidence.push_back(
        {source("tls", *signs.control_reached_tls),
         "a record of the same size that is no ClientHello reaches the host's TLS, which answers " +
             tls_ending_words(*signs.control_reached_tls)});
  }
  if (signs.plain_reached_tls) {
    found.evidence.push_back(
        {source("tls", *signs.control_cut),
         "so is a record that is no ClientHello (" + tls_ending_words(*signs.control_cut) + ")"});
    found.evidence.push_back({source("tls", *signs.plain_reached_tls),
                              "bytes of the same size that are no TLS reach the host's TLS, which answers " +
                                  tls_ending_words(*signs.plain_reached_tls)});
  }
  if (!signs.early.empty()) {
    found.evidence.push_back(
        {source("tls", signs.early), early_words(signs) + ": its sender is nearer than the host"});
  }
  return found;
}

Verdict nothing_against_the_path(const HelloFilterSigns& signs, const Connections& cut, bool unwatched) {
  if (!any_of(cut, ended_without_word)) return excluded("the host's own TLS answers: " + endings(cut));
  // Clients' connections can't be tried again in other ways: a rival of what the host may do itself.
  if (any_of(cut, of_a_client)) {
    return Found{Certainty::possible,
                 {{source("tls", cut), "every ClientHello is ended (" + endings(cut) +
                                           "): by the host, or by a device on the way"}},
                 true,
                 "",
                 {}};
  }
  // A device that ends all that follows the Confirm ends those too: only the distance would tell.
  if (unwatched) return needs(need::packets);
  if (signs.split_cut && signs.control_cut) {
    return excluded(
        fmt::format("a record of the same size that is no ClientHello is ended too ({}), and so is a "
                    "ClientHello in two segments ({})",
                    source("tls", *signs.control_cut), source("tls", *signs.split_cut)));
  }
  return needs(need::capture);
}

Verdict by_contents(const CaseFile& c) {
  Connections hellos = whole_hellos(c);
  if (hellos.empty()) return no_hello_sent(c);
  Connections cut = with_fate(hellos, Fate::cut);
  Connections answered = with_fate(hellos, Fate::answered);
  if (split_at_tls(c)) return needs(need::repeats);
  Connections late = filter(ended_after_server_hello(hellos), ended_without_word);
  if (!late.empty()) return in_the_answer(late, "after its ServerHello");
  if (cut.empty()) {
    return excluded(answered.empty()
                        ? "no ClientHello is ended: what came was " + endings(hellos)
                        : "ClientHellos reach the host and are answered (" + source("tls", answered) + ")");
  }
  HelloFilterSigns signs = hello_filter_signs(c);
  if (signs.split_answered) return by_split(c, *signs.split_answered, of_offer(hellos, "modern"));
  if (auto contrast = hello_contrast(c); contrast && fate(*contrast->failed.front()) == Fate::cut)
    return by_contrast(c, *contrast, cut);
  if (auto contrast = standard_alone_passes(c))
    return Found{Certainty::possible, contrast_lines(c, *contrast), true, contrast_headline(*contrast), {}};
  if (!answered.empty())
    return excluded("a ServerHello came for a whole ClientHello (" + source("tls", answered) + ")");
  bool filtered = signs.control_reached_tls || signs.plain_reached_tls || !signs.early.empty();
  if (cut.size() == hellos.size() && filtered) return by_signs(signs, cut);
  if (Connections partly = ended_inside_server_hello(hellos); !partly.empty())
    return in_the_answer(partly, fmt::format("after {} bytes of the answer", partly.front()->tls.bytes));
  return nothing_against_the_path(signs, cut, hello_resets(c).unwatched);
}

Certainty certainty_of(const ResetSenders& senders) {
  if (all_from_elsewhere(senders)) return Certainty::proven;
  // Where the host resets as well, or the path's length changes, one distance proves little.
  return senders.host.empty() && senders.behind.empty() ? Certainty::likely : Certainty::possible;
}

// Some RSTs were sent by another machine than the host.
Found by_strangers(const ResetSenders& senders, std::string_view stage, Found found) {
  const Connections& strangers = senders.elsewhere.empty() ? senders.beside : senders.elsewhere;
  std::size_t told =
      senders.elsewhere.size() + senders.beside.size() + senders.host.size() + senders.behind.size();
  found.certainty = std::min(found.certainty, certainty_of(senders));
  found.evidence.push_back({source(stage, strangers), sender_words(strangers, told)});
  if (senders.elsewhere.empty())
    found.evidence.push_back(
        {source(stage, strangers), "so another machine sent it, at the host's distance"});
  if (!senders.host.empty())
    found.evidence.push_back({source(stage, senders.host), sender_words(senders.host, told)});
  return found;
}

Verdict before_the_answer(const ResetSenders& senders) {
  Found found{Certainty::possible, {}, true, "", Stage::x224};
  found.headline = "A device on the path, not the host, resets the connection before the host answers.";
  return by_strangers(senders, "x224", std::move(found));
}

Verdict with_strangers(const CaseFile& c, const ResetSenders& senders, const Verdict& so_far) {
  Found found{Certainty::possible, {}, true, "", {}};
  if (const auto* by_what = std::get_if<Found>(&so_far)) {
    found = *by_what;
  } else {
    Connections hellos = whole_hellos(c);
    found.evidence.push_back({source("tls", hellos), "what ClientHellos meet: " + endings(hellos)});
  }
  if (found.headline.empty()) found.headline = "A device on the path, not the host, resets TLS.";
  return by_strangers(senders, "tls", std::move(found));
}

Verdict with_the_hosts_own(const ResetSenders& senders, Verdict so_far) {
  std::string words = sender_words(senders.host, senders.host.size());
  if (auto* found = std::get_if<Found>(&so_far)) {
    found->evidence.push_back(
        {source("tls", senders.host), words + ": what sends it is on the host itself, or copies its TTL"});
  } else if (std::holds_alternative<Untested>(so_far)) {
    return excluded(words + " (" + source("tls", senders.host) + ")");
  }
  return so_far;
}

Verdict unwatched(Verdict so_far) {
  if (auto* untested = std::get_if<Untested>(&so_far)) {
    if (std::ranges::count(untested->needs, need::packets) == 0) untested->needs.emplace_back(need::packets);
  } else if (auto* found = std::get_if<Found>(&so_far); found && found->certainty != Certainty::proven) {
    found->evidence.push_back(
        {"probe", "how far away the RST's sender is was not told: it needs " + std::string(need::packets)});
  }
  return so_far;
}

bool has_strangers(const ResetSenders& senders) {
  return !senders.elsewhere.empty() || !senders.beside.empty();
}

// In a capture that the host's side made: the client's RST came from another distance than the client's SYN.
bool reset_for_the_client(const Connection& c) {
  const auto* packets = c.tcp.packets.get();
  if (!packets || !c.seen || !c.seen->client_reset || packets->client_resets.empty()) return false;
  std::uint32_t ttl = packets->client_resets.front().ttl;
  if (packets->client_ttl == 0 || ttl == 0) return false;
  Compared where = compare_ttl(ttl, packets->client_ttl);
  return where == Compared::nearer || where == Compared::farther || where == Compared::beside;
}

Verdict in_the_clients_name(const Connections& forged) {
  const auto* packets = forged.front()->tcp.packets.get();
  return Found{
      forged.size() < 2 ? Certainty::likely : Certainty::proven,
      {{source("path", forged), fmt::format("a RST in the client's name has TTL {}, its SYN had {}, {}",
                                            packets->client_resets.front().ttl, packets->client_ttl,
                                            share(forged.size(), forged.size()))}},
      true,
      "A device on the path resets the connection in the client's name.",
      {}};
}

Verdict judge(const CaseFile& c) {
  if (Connections forged = finished(c, reset_for_the_client); !forged.empty()) {
    return in_the_clients_name(forged);
  }
  if (ResetSenders requests = request_resets(c); has_strangers(requests)) return before_the_answer(requests);
  Verdict verdict = by_contents(c);
  ResetSenders hellos = hello_resets(c);
  if (has_strangers(hellos)) return with_strangers(c, hellos, verdict);
  if (all_from_host(hellos)) return with_the_hosts_own(hellos, std::move(verdict));
  return hellos.unwatched ? unwatched(std::move(verdict)) : verdict;
}

}  // namespace

Cause reset_in_path() {
  return {
      .id = "reset-in-path",
      .title = "A device on the path resets the connection when TLS begins.",
      .stage = Stage::tls,
      .machine = Machine::path,
      .explanation =
          "The host confirms the connection and would do TLS, but a device between client and host (a "
          "firewall that inspects content, an intrusion prevention system, a security suite on either "
          "machine, a provider's filter) ends the connection as soon as it sees a ClientHello. To the "
          "client it looks as if the host had closed.",
      .tell_apart =
          "Against certificate-key-unusable: compare each RST's TTL with that of what the host sent on the "
          "same "
          "connection (packets must be watched: root, or CAP_NET_RAW), send the same ClientHello in two "
          "segments (a filter that reads "
          "segment by segment misses it and the host answers), send a record of the same size that is no "
          "ClientHello (the host's TLS answers it by an alert), and one that is no TLS at all, and compare "
          "how soon the reset comes with "
          "the path's round trip. A capture on the host that shows no reset leaving it settles it.",
      .advice = {"From another network (a phone's hotspot, the host's own subnet); if it passes there, the "
                 "device lies in between:   rdpdoctor diagnose HOST",
                 "On the path: look in the firewall's or intrusion prevention's log for this client, the "
                 "host and TCP 3389 at that time.",
                 "On the host, as administrator, then connect, and end with pktmon stop; no RST leaving the "
                 "host means that the path sent it:   pktmon start --capture --pkt-size 0",
                 "On the path: allow Remote Desktop (TLS on 3389) for this pair.",
                 "On the client and the host: look in the security suite's log, and exempt Remote Desktop "
                 "there; don't switch the suite off."},
      .article = Article::names_it,
      .article_note =
          "It names security suites and firewalls and says to switch them off to see. The experiments here "
          "tell the same without lowering anyone's guard.",
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the client saw its socket closed by the device's reset"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a connection that is ended early"},
                {"disconnect", 0x404, Certainty::possible, "receiving failed after a reset"},
                {"disconnect", 0x304, Certainty::possible, "sending failed after a reset"},
                {"winsock", 10054, Certainty::possible, "the connection was reset"},
                {"freerdp", 0x20008, Certainty::possible, "the TLS handshake failed"},
                {"freerdp", 0x2000D, Certainty::possible, "the connection broke off while it was set up"}},
      .events = {{"RemoteDesktopServices-RdpCoreTS", 139, "", Certainty::possible,
                  "the host met something in the stream that its security layer did not expect",
                  EventWeight::joined},
                 {"TermDD", 56, "", Certainty::possible,
                  "the host met something in the stream that its security layer did not expect",
                  EventWeight::joined},
                 {"TermDD", 50, "", Certainty::possible,
                  "the host met something in the stream that it did not expect", EventWeight::joined}},
      .signs = {{"mstsc-internal-error", Certainty::possible,
                 "a reset during TLS is shown as an internal error"},
                {"tls-handshake-failed", Certainty::possible, "the handshake was cut off"},
                {"read-reset", Certainty::possible, "the connection was reset"}},
      .covers = {"connection-intermittent", "not-rdp"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
