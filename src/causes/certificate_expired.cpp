// Judges whether the host's certificate has passed its end date.
#include "causes/engine/certificates.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Found expired(const CaseFile& c, const SeenCertificate& seen, Instant now) {
  Instant end = seen.leaf->not_after;
  Found found{Certainty::proven, {}, true, ""};
  found.evidence.push_back(
      certificate_line(seen, fmt::format("{} expired on {}, {} before our clock", named(*seen.leaf),
                                         date_of(end), span_words(now.ms - end.ms))));
  if (auto both = clocks(c)) {
    bool agrees = end < both->host;
    if (!agrees) found.certainty = Certainty::likely;
    found.evidence.push_back(
        {source("nla", *both->where),
         agrees ? "the host's own clock says so too: " + to_rfc3339(both->host)
                : fmt::format("but by the host's own clock ({}) it is still valid: see clock-skew",
                              to_rfc3339(both->host))});
  }
  if (seen.leaf->self_issued) {
    found.evidence.push_back(
        certificate_line(seen,
                         "it is self-made, and Windows replaces its own at the end unless "
                         "something stops it: often the key file"));
  }
  return found;
}

Verdict judge(const CaseFile& c) {
  std::optional<Instant> now = our_clock(c);
  if (!now && !host_certificates(c).empty()) return needs(need::clocks);
  auto fault = [&](const SeenCertificate& seen) -> std::optional<Found> {
    if (*now <= seen.leaf->not_after) return std::nullopt;
    return expired(c, seen, *now);
  };
  return judge_certificates(c, fault, [](const evidence::Certificate& leaf) {
    return fmt::format("{} is valid until {}", named(leaf), date_of(leaf.not_after));
  });
}

}  // namespace

Cause certificate_expired() {
  return {
      .id = "certificate-expired",
      .title = "The host's certificate has expired.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .explanation =
          "The certificate that the host shows has passed its end date. The one that Windows makes for "
          "itself lives about six months and is replaced without anyone noticing; if it is found expired, "
          "the replacement failed, mostly because the old key file can't be read or overwritten (host event "
          "1058). A certificate of your own that was bound to the listener simply was not renewed. Clients "
          "that insist on a valid certificate refuse it; others warn.",
      .tell_apart =
          "The date is read from the certificate, so the only rival is a wrong clock: compare the host's "
          "own clock (in its NTLM challenge) with yours. A handshake that is ended before any certificate "
          "is shown is not this: see certificate-key-unusable.",
      .advice =
          {"On the host, PowerShell, which certificate is in use (type 1 self-made, 2 by policy, 3 your "
           "own):   Get-CimInstance -Namespace root/cimv2/TerminalServices Win32_TSGeneralSetting | "
           "Format-List SSL*",
           "On the host, PowerShell, why Windows did not replace its own:   Get-WinEvent -FilterHashtable "
           "@{LogName='System'; ProviderName='Microsoft-Windows-TerminalServices-RemoteConnectionManager'; "
           "Id=1057,1058} -MaxEvents 5",
           "On the host, self-made: have Windows make a new one, by the steps of:   rdpdoctor explain "
           "certificate-key-unusable",
           "On the host, your own: renew it, then bind it (undo: the old thumbprint), PowerShell as "
           "administrator:   Get-CimInstance -Namespace root/cimv2/TerminalServices Win32_TSGeneralSetting "
           "-Filter \"TerminalName='RDP-Tcp'\" | Set-CimInstance -Property "
           "@{SSLCertificateSHA1Hash='THUMBPRINT'}",
           "On both machines, if the clocks differ:   w32tm /query /status"},
      .article = Article::names_it,
      .article_note =
          "The certificate's date is visible to anyone who connects: no need to guess. And an expired "
          "certificate does not by itself close the socket as 0x904 tells it.",
      .fixes = {"regenerate-certificate", "clear-certificate-binding", "renew-trust"},
      .codes = {{"disconnect", 0x1B07, Certainty::likely, "the client says that a certificate has expired"},
                {"disconnect", 0x907, Certainty::possible, "the client did not accept the certificate"},
                {"tls-alert", 45, Certainty::likely, "the alert says that the certificate has expired"},
                {"tls-alert", 42, Certainty::possible, "the client called the certificate bad"},
                {"schannel", 0x80090328, Certainty::likely,
                 "the certificate has expired, or a clock is wrong"},
                {"schannel", 0x800B0101, Certainty::likely, "the certificate is outside its dates"},
                {"freerdp", 0x20008, Certainty::possible, "the certificate was not accepted"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 1053, "", Certainty::possible,
                  "the certificate that was set had expired; Windows falls back to its own",
                  EventWeight::note},
                 {"TerminalServices-RemoteConnectionManager", 1058, "", Certainty::likely,
                  "the service could not replace its expired certificate"},
                 {"Schannel", 36887, "AlertDesc=45", Certainty::likely,
                  "the client held the certificate for expired", EventWeight::joined}},
      .signs = {{"mstsc-certificate-expired", Certainty::likely,
                 "the client says that the host's certificate is out of date"},
                {"event-1058", Certainty::likely, "the host's log says that the certificate expired"},
                {"event-1051", Certainty::possible, "the chosen certificate has expired"},
                {"event-1064", Certainty::possible, "the certificate was not renewed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
