// Judges whether the listener is bound to a certificate that is not there or can't be used.
#include "causes/engine/certificates.h"
#include "causes/engine/key_views.h"
#include "causes/engine/policy_views.h"
#include "evidence/windows_own.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::size_t sha1_digits = 40;

std::string clock_words(const CaseFile& c) {
  return clock_is_the_hosts(c) ? "by the host's own clock" : "by the clock of the computer that read it";
}

// What is wrong with the certificate that is there; "" if nothing is.
std::string fault(const CaseFile& c, const HostCertificate& pinned) {
  const evidence::Certificate& certificate = *pinned.certificate.get();
  const Instant now = host_now(c);
  if (certificate.not_after < now) {
    return fmt::format("it expired on {}, {}", to_rfc3339(certificate.not_after).substr(0, 10),
                       clock_words(c));
  }
  if (now < certificate.not_before) {
    return fmt::format("it is valid only from {}, {}", to_rfc3339(certificate.not_before).substr(0, 10),
                       clock_words(c));
  }
  if (!evidence::serves_remote_desktop(certificate.extended_key_usage))
    return "its extended key usage allows neither server authentication nor Remote Desktop";
  if (absent(pinned.container)) return "it stands in the store without a private key";
  return "";
}

Found dangling(const CaseFile& c, const HostFacts& host, std::vector<EvidenceLine> evidence) {
  Found found{Certainty::likely, std::move(evidence), fails_at_tls(c), ""};
  found.evidence.push_back(
      line(host.certificate.pinned,
           "Windows then falls back to its own certificate, and clients meet another one "
           "than they expect"));
  temper(host, "SYSTEM", found);
  temper(host, "SOFTWARE", found);
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::TextFact& hash = host->certificate.pinned;
  const HostCertificate& pinned = host->certificate.of_pinned;
  if (unreadable(hash)) return needs_reading(hash);
  if (absent(hash) || hash.get()->find_first_not_of('0') == std::string::npos)
    return excluded_if_whole(*host, "SYSTEM", "no certificate is chosen (" + hash.source + ")");
  EvidenceLine names = line(hash, "the listener is bound to " + *hash.get());
  if (hash.get()->size() != sha1_digits) {
    return dangling(c, *host,
                    {names, line(hash, fmt::format("that has {} bytes, and a thumbprint has 20",
                                                   hash.get()->size() / 2))});
  }
  if (unreadable(pinned.certificate)) return needs_reading(pinned.certificate);
  if (absent(pinned.certificate))
    return dangling(c, *host, {names, line(pinned.certificate, "no such certificate is in the store MY")});
  std::string wrong = fault(c, pinned);
  if (!wrong.empty()) {
    return dangling(c, *host,
                    {names, line(pinned.certificate, named(*pinned.certificate.get()) + ": " + wrong)});
  }
  return excluded(fmt::format("{} is in the store MY, valid until {} ({})", named(*pinned.certificate.get()),
                              to_rfc3339(pinned.certificate.get()->not_after).substr(0, 10), hash.source));
}

}  // namespace

Cause certificate_binding_dangling() {
  return {
      .id = "certificate-binding-dangling",
      .title = "The listener is bound to a certificate that is gone or can't be used.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .topic = Topic::certificate,
      .explanation =
          "SSLCertificateSHA1Hash of the listener names a certificate by its thumbprint, and wins over the "
          "one that Windows makes for itself. After a renewal the thumbprint is another one; if nobody "
          "binds the new certificate, the old one expires or is removed and the binding points to nothing. "
          "Windows says so in the log (events 1051, 1053, 1054, 1055) and falls back to its own "
          "certificate, which clients that check names or issuers refuse.",
      .tell_apart =
          "The registry tells it. Whether connections fail over it depends on the clients, and on whether "
          "Windows' own certificate and key are right: see the key-file causes. An expired certificate that "
          "is shown to clients is certificate-expired.",
      .advice =
          {"On the host, PowerShell, which certificates could be used:   dir Cert:\\LocalMachine\\My | "
           "Format-List Subject,Thumbprint,NotAfter,HasPrivateKey",
           "On the host, PowerShell as administrator, bind the right one (undo: the old thumbprint):   "
           "Get-CimInstance -Namespace root/cimv2/TerminalServices Win32_TSGeneralSetting -Filter "
           "\"TerminalName='RDP-Tcp'\" | Set-CimInstance -Property @{SSLCertificateSHA1Hash='THUMBPRINT'}",
           "Or use Windows' own; on the host, as administrator, keep a copy:   reg export "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" "
           "C:\\rdp-tcp.reg",
           "Then (undo: reg import C:\\rdp-tcp.reg), and restart the host:   reg delete "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
           "SSLCertificateSHA1Hash /f"},
      .article = Article::names_it,
      .article_note = "It speaks of expired certificates, and not of the binding that is left behind.",
      .fixes = {"clear-certificate-binding"},
      .covers = {"certificate-expired", "certificate-not-yet-valid", "certificate-wrong-usage"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
