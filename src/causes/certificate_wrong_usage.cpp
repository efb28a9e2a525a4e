// Judges whether the host's certificate may be used for a server at all.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/certificates.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::string_view server_auth = "1.3.6.1.5.5.7.3.1";       // RFC 5280 4.2.1.12
constexpr std::string_view any_extended_key_usage = "2.5.29.37.0";  // RFC 5280 4.2.1.12
constexpr std::string_view remote_desktop_auth =
    "1.3.6.1.4.1.311.54.1.2";  // Windows: Remote Desktop Authentication

bool allows_remote_desktop(const evidence::Certificate& leaf) {
  if (!leaf.has_extended_key_usage) return true;
  return std::any_of(
      leaf.extended_key_usage.begin(), leaf.extended_key_usage.end(), [](const std::string& oid) {
        return oid == server_auth || oid == any_extended_key_usage || oid == remote_desktop_auth;
      });
}

std::optional<Found> fault(const SeenCertificate& seen) {
  // Present but unreadable tells nothing.
  if (seen.leaf->extended_key_usage.empty() || allows_remote_desktop(*seen.leaf)) return std::nullopt;
  return Found{Certainty::proven,
               {certificate_line(
                   seen, fmt::format("{} allows only {}: neither server authentication nor Remote Desktop "
                                     "authentication",
                                     named(*seen.leaf), join(seen.leaf->extended_key_usage, ", ")))},
               true,
               ""};
}

Verdict judge(const CaseFile& c) {
  return judge_certificates(c, fault, [](const evidence::Certificate& leaf) {
    if (!leaf.has_extended_key_usage) return std::string("the certificate does not limit its use");
    if (leaf.extended_key_usage.empty())
      return std::string("its extended key usage names no purpose that can be read");
    return std::string("its extended key usage allows a server");
  });
}

}  // namespace

Cause certificate_wrong_usage() {
  return {
      .id = "certificate-wrong-usage",
      .title = "The host's certificate is not meant for a server.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .explanation =
          "A certificate can say what it may be used for (extended key usage). One for a user, a client or "
          "signing, bound to the Remote Desktop listener by hand or by a template, lacks the purpose "
          "\"server authentication\" (and Windows' own \"Remote Desktop authentication\"). Clients that "
          "check it refuse the connection. A host that notices logs event 1054 and uses its self-made "
          "certificate instead.",
      .tell_apart =
          "The purposes are read from the certificate. Windows' own certificate has server authentication "
          "and, unusually, no digital signature key usage: that is normal.",
      .advice =
          {"On the host, PowerShell, who bound it (type 2 a policy, 3 somebody by hand):   Get-CimInstance "
           "-Namespace root/cimv2/TerminalServices Win32_TSGeneralSetting | Format-List SSL*",
           "On the host, by hand: bind one with server authentication (undo: the old thumbprint), PowerShell "
           "as administrator:   Get-CimInstance -Namespace root/cimv2/TerminalServices "
           "Win32_TSGeneralSetting -Filter \"TerminalName='RDP-Tcp'\" | Set-CimInstance -Property "
           "@{SSLCertificateSHA1Hash='THUMBPRINT'}",
           "If a template issues it: correct the template's application policies."},
      .fixes = {"clear-certificate-binding", "regenerate-certificate"},
      .codes = {{"disconnect", 0x907, Certainty::possible, "the client did not accept the certificate"},
                {"tls-alert", 43, Certainty::possible, "the client does not take this kind of certificate"},
                {"tls-alert", 46, Certainty::possible, "the client did not accept the certificate"},
                {"schannel", 0x80090349, Certainty::likely, "the certificate is not meant for this use"},
                {"schannel", 0x800B0110, Certainty::likely, "the certificate is not meant for this use"},
                {"freerdp", 0x20008, Certainty::possible, "the certificate was not accepted"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 1054, "", Certainty::possible,
                  "the certificate that was set is not for servers; Windows falls back to its own",
                  EventWeight::note}},
      .signs = {{"event-1051", Certainty::possible, "the chosen certificate may not be for servers"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
