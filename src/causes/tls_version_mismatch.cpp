// Judges whether client and host share no TLS version.
#include <algorithm>

#include "causes/engine/hello_contrast.h"
#include "causes/engine/hello_filter.h"
#include "causes/engine/requests.h"
#include "causes/engine/session_views.h"
#include "causes/engine/tls_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::uint32_t tls12 = 0x0303;
constexpr std::uint32_t tls13 = 0x0304;

bool asks_for_current_versions_only(const Connection& c) {
  return c.asked.tls == "modern" || c.asked.tls == "tls1.2" || c.asked.tls == "tls1.3" ||
         c.asked.tls == "small";
}

// How sure the tries of offers that lack the same thing make it: one that failed once may have met an ill
// moment or an ill machine behind a balancer.
Certainty by_tries(std::size_t tries) {
  return tries >= 2 ? Certainty::proven : Certainty::possible;
}

// The host speaks only what current clients have given up: `highest` is its newest.
Found old_versions_only(const Connections& answered, const Connections& cut, std::uint32_t highest) {
  Connections refused = filter(cut, asks_for_current_versions_only);
  Found found{refused.empty() ? Certainty::likely : by_tries(refused.size()),
              {},
              true,
              fmt::format("The host speaks no TLS newer than {}, which current clients refuse.",
                          version_words(highest)),
              {}};
  found.evidence.push_back(
      {source("tls", answered),
       fmt::format("a ServerHello comes for {} and none for anything newer", version_words(highest))});
  if (!refused.empty()) {
    found.evidence.push_back(
        {source("tls", refused), fmt::format("TLS 1.2 and newer alone is ended ({})", endings(refused))});
  }
  return found;
}

// Whether a newer version was among what was offered and answered.
bool offered_newer(const Connection& c, std::uint32_t than) {
  if (!of_a_client(c)) return true;
  return c.tls.client_hello && std::ranges::any_of(c.tls.client_hello->versions,
                                                   [&](std::uint32_t version) { return than < version; });
}

// Clients that offer nothing as new as what the host speaks with others.
std::optional<Verdict> too_old_clients(const Connections& cut, const Connections& answered) {
  Connections clients = filter(cut, [](const Connection& conn) {
    return of_a_client(conn) && conn.tls.client_hello && !conn.tls.client_hello->versions.empty();
  });
  if (clients.empty() || clients.size() != cut.size()) return std::nullopt;
  std::uint32_t newest = 0;
  for (const Connection* conn : clients) newest = std::max(newest, conn->tls.client_hello->versions.front());
  return Found{
      clients.size() < 2 ? Certainty::possible : Certainty::likely,
      {{source("tls", clients), fmt::format("clients that offer nothing newer than {} are ended ({})",
                                            version_words(newest), endings(clients))},
       {source("tls", answered), "others, with newer versions, get a ServerHello"}},
      true,
      fmt::format("Clients that speak nothing newer than {} are turned away.", version_words(newest)),
      {}};
}

// Older offers count only if they end as TLS 1.2 does: every healthy host refuses those.
Connections refused_like(const Connections& cut, const Connection& refused) {
  return filter(cut, [&](const Connection& c) {
    bool lacks_newest = c.asked.tls == "tls1.2" || c.asked.tls == "small" || c.asked.tls == "tls1.1" ||
                        c.asked.tls == "tls1.0";
    return lacks_newest && tls_ending_words(c) == tls_ending_words(refused);
  });
}

// A fault for older clients only, so it explains just a failure that someone has seen.
Found newest_version_only(const CaseFile& c, const Connections& answered, const Connections& refused) {
  Found found{by_tries(refused.size()),
              {},
              c.complaint.has_value(),
              "The host speaks TLS 1.3 only, which clients up to Windows 10 and Server 2019 lack.",
              {}};
  found.evidence.push_back({source("tls", answered), "a ServerHello comes for TLS 1.3"});
  found.evidence.push_back(
      {source("tls", refused), fmt::format("without TLS 1.3 the ClientHello is ended ({}); only older "
                                           "clients are hit",
                                           endings(refused))});
  return found;
}

bool holds(const Connection& c, std::uint32_t version) {
  if (of_a_client(c))
    return c.tls.client_hello && std::ranges::count(c.tls.client_hello->versions, version) > 0;
  auto within = [&](std::uint32_t oldest, std::uint32_t newest) {
    return oldest <= version && version <= newest;
  };
  const std::string& offer = c.asked.tls;
  if (offer == "handshake" || offer == "wide" || offer == "no-sha1") return within(0x0301, tls13);
  if (offer == "modern") return within(tls12, tls13);
  if (offer == "tls1.3") return version == tls13;
  if (offer == "tls1.2" || offer == "small") return version == tls12;
  if (offer == "tls1.1") return version == 0x0302;
  return offer == "tls1.0" && version == 0x0301;
}

Verdict by_contrast(const CaseFile& c, const HelloContrast& contrast) {
  if (contrast.by != ContrastBy::version)
    return excluded("offers of the same versions are both answered and ended");
  bool several = contrast.answered.size() >= 2 && contrast.failed.size() >= 2;
  Found found{several ? Certainty::likely : Certainty::possible,
              contrast_lines(c, contrast),
              true,
              contrast_headline(contrast),
              {}};
  found.evidence.push_back({source("tls", contrast.failed),
                            "not told apart from here: a host that can't go down to an older version, a "
                            "device on the path that ends newer ones"});
  return found;
}

Verdict some_answered(const CaseFile& c, const Connections& answered, const Connections& cut) {
  std::optional<std::uint32_t> highest = highest_version(answered);
  if (!highest) return needs(need::further);
  Connections unexplained = filter(cut, [&](const Connection& conn) { return holds(conn, *highest); });
  if (!unexplained.empty()) {
    return excluded(fmt::format("offers that hold {} are ended too ({})", version_words(*highest),
                                source("tls", unexplained)));
  }
  bool asked_for_newer =
      any_of(answered, [&](const Connection& conn) { return offered_newer(conn, *highest); });
  if (*highest < tls12 && !asked_for_newer) return needs(need::further);
  if (*highest < tls12) {
    Found found = old_versions_only(answered, cut, *highest);
    // Clients that got a session with it are none that refuse it.
    if (!by_our_probe(c) && any_of(answered, session_went_on)) found.explains = false;
    return found;
  }
  if (auto found = too_old_clients(cut, answered)) return *found;
  bool only_newest =
      all_of(answered, [](const Connection& conn) { return conn.tls.version.value_or(0) == tls13; });
  Connections refused = of_offer(cut, "tls1.2");
  if (only_newest && !refused.empty())
    return newest_version_only(c, answered, refused_like(cut, *refused.front()));
  return excluded(
      fmt::format("a ServerHello came for {} ({})", version_words(*highest), source("tls", answered)));
}

Verdict none_answered(const Connections& hellos, const Connections& cut) {
  if (cut.empty()) return excluded("no version is refused: what came was " + endings(hellos));
  bool widest = widest_offered(hellos);
  if (cut.size() == hellos.size() && all_ended_by_alert(cut, {70})) {
    Found found{widest ? Certainty::possible : Certainty::likely, {}, true, "", {}};
    found.evidence.push_back(
        {source("tls", cut), fmt::format("the host names the version as the reason ({})", endings(cut))});
    if (widest)
      found.evidence.push_back({source("tls", cut), "but TLS 1.0 to 1.3 were all among what it was offered"});
    return found;
  }
  if (!widest) return needs(need::repeats);
  return excluded("TLS 1.0 to 1.3 were all offered and ended before a ServerHello (" + endings(cut) + ")");
}

Verdict judge(const CaseFile& c) {
  Connections hellos = whole_hellos(c);
  if (hellos.empty()) return no_hello_sent(c);
  if (split_at_tls(c)) return needs(need::repeats);
  Connections answered = with_fate(hellos, Fate::answered);
  Connections cut = with_fate(hellos, Fate::cut);
  if (hello_filter_signs(c).split_answered)
    return excluded("an offer that is ended passes in two segments, so its versions suit the host");
  if (auto contrast = hello_contrast(c)) {
    if (fate(*contrast->failed.front()) == Fate::cut) return by_contrast(c, *contrast);
    return excluded("no version is refused: what came was " + endings(contrast->failed));
  }
  return answered.empty() ? none_answered(hellos, cut) : some_answered(c, answered, cut);
}

}  // namespace

Cause tls_version_mismatch() {
  return {
      .id = "tls-version-mismatch",
      .title = "Client and host share no TLS version.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .explanation =
          "Each side has a range of TLS versions that it allows. A host on which TLS 1.2 was switched off "
          "(by a hardening template, an old tool, or because its Windows is old) answers only versions that "
          "current clients refuse; a host that allows nothing but TLS 1.3 shuts out clients of Windows 10, "
          "Server 2019 and older. The handshake then ends at the ClientHello, and the client reports a "
          "closed socket. A host that refuses TLS 1.0 and 1.1 is as it should be.",
      .tell_apart =
          "Offer one version at a time: a ServerHello for some and an end for others proves it. If every "
          "version ends alike, the host's certificate key is the first suspect (certificate-key-unusable). "
          "Alert 70 says \"protocol version\" in so many words; FIN and RST say nothing.",
      .advice = {"On the host; under TLS 1.2\\Server Enabled must be absent or not 0, DisabledByDefault "
                 "absent or 0:   reg query "
                 "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols /s",
                 "On the host, as administrator, if they are not, keep a copy:   reg export "
                 "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols "
                 "C:\\schannel.reg",
                 "Then, back to Windows' own default, which has TLS 1.2 on since Server 2012 (undo: reg "
                 "import C:\\schannel.reg); restart the host:   reg delete "
                 "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS "
                 "1.2\\Server\" /f",
                 "On the host, if its Windows is too old for TLS 1.2: update it. Don't enable TLS 1.0 on the "
                 "clients instead.",
                 "If only TLS 1.3 is allowed: allow TLS 1.2 beside it on the host, or update the clients."},
      .article_note =
          "To the client it looks exactly like the damaged certificate that the article speaks of.",
      .fixes = {"enable-tls12", "restore-schannel-values"},
      .codes = {{"tls-alert", 70, Certainty::likely, "the alert says that the version is not accepted"},
                {"schannel", 0x80090302, Certainty::possible, "what Schannel makes of alert 70"},
                {"schannel", 0x80090331, Certainty::possible, "the two sides have nothing in common"},
                {"disconnect", 0x904, Certainty::possible,
                 "the client saw its socket closed on its ClientHello"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"},
                {"freerdp", 0x20008, Certainty::possible, "the TLS handshake failed"},
                {"freerdp", 0x2000D, Certainty::possible, "the connection broke off while it was set up"}},
      .events = {{"Schannel", 36871, "ErrorState=10013", Certainty::likely,
                  "TLS is set so that no version of it can be used", EventWeight::joined},
                 {"Schannel", 36888, "AlertDesc=70", Certainty::likely,
                  "the host declined the TLS version that was offered", EventWeight::joined}},
      .signs = {{"openssl-version", Certainty::likely, "OpenSSL says that no TLS version is shared"},
                {"mstsc-internal-error", Certainty::possible,
                 "no common TLS version is shown as an internal error"},
                {"mstsc-security-error", Certainty::possible, "the security exchange failed"},
                {"mstsc-common-algorithm", Certainty::possible, "no common TLS version or cipher suite"},
                {"tls-handshake-failed", Certainty::possible, "the TLS handshake failed"},
                {"xrdp-tls-accept", Certainty::possible, "the handshake failed on xrdp's side"},
                {"event-36871", Certainty::possible, "Schannel may have no version left"},
                {"event-226", Certainty::possible, "the client's TLS part met an error"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
