// Judges whether client and host share no TLS version.
#include "causes/engine/requests.h"
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

// The host speaks only what current clients have given up: `highest` is its newest.
Found old_versions_only(const Connections& answered, const Connections& cut, std::uint32_t highest) {
  Connections refused = filter(cut, asks_for_current_versions_only);
  Found found{refused.empty() ? Certainty::likely : Certainty::proven,
              {},
              true,
              fmt::format("The host speaks no TLS newer than {}, which current clients refuse.",
                          version_words(highest))};
  found.evidence.push_back(
      {source("tls", answered),
       fmt::format("a ServerHello comes for {} and none for anything newer", version_words(highest))});
  if (!refused.empty()) {
    found.evidence.push_back(
        {source("tls", refused), fmt::format("TLS 1.2 and newer alone is ended ({})", endings(refused))});
  }
  return found;
}

// A fault for older clients only, so it explains just a failure that someone has seen.
Found newest_version_only(const CaseFile& c, const Connections& answered, const Connection& refused) {
  Found found{Certainty::proven,
              {},
              c.complaint.has_value(),
              "The host speaks TLS 1.3 only, which clients up to Windows 10 and Server 2019 lack."};
  found.evidence.push_back({source("tls", answered), "a ServerHello comes for TLS 1.3"});
  found.evidence.push_back(
      {source("tls", refused),
       fmt::format("TLS 1.2 alone is ended ({}); only older clients are hit", tls_ending_words(refused))});
  return found;
}

Verdict some_answered(const CaseFile& c, const Connections& answered, const Connections& cut) {
  std::optional<std::uint32_t> highest = highest_version(answered);
  if (!highest) return needs(need::further);
  if (*highest < tls12) return old_versions_only(answered, cut, *highest);
  bool only_newest =
      all_of(answered, [](const Connection& conn) { return conn.tls.version.value_or(0) == tls13; });
  const Connection* refused = hello(c, "tls1.2");
  if (only_newest && refused && fate(*refused) == Fate::cut)
    return newest_version_only(c, answered, *refused);
  return excluded(
      fmt::format("a ServerHello came for {} ({})", version_words(*highest), source("tls", answered)));
}

Verdict none_answered(const Connections& hellos, const Connections& cut) {
  if (cut.empty()) return excluded("no version is refused: what came was " + endings(hellos));
  bool widest = widest_offered(hellos);
  if (cut.size() == hellos.size() && all_ended_by_alert(cut, {70})) {
    Found found{widest ? Certainty::possible : Certainty::likely, {}, true, ""};
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
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
