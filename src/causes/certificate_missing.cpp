// Judges RDP_NEG_FAILURE 3: the host says that it has no certificate for TLS.
#include "causes/engine/negotiation_views.h"

namespace rdpdoctor::causes {
namespace {

bool lacks_certificate(std::uint32_t code) {
  return code == 3;
}

Verdict judge(const CaseFile& c) {
  Refusals refused = refusals(c, lacks_certificate, asks_ssl);
  const Connections& list = refused.ours.empty() ? refused.clients : refused.ours;
  if (list.empty()) return not_refused(c);
  return Found{Certainty::proven, refusal_lines(c, list), true, ""};
}

}  // namespace

Cause certificate_missing() {
  return {
      .id = "certificate-missing",
      .title = "The host has no certificate for Remote Desktop.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .explanation =
          "The host wants to do TLS and has no certificate to do it with, and says so before TLS begins. "
          "Windows makes itself a self-signed one when the service starts, and falls back to it when a "
          "chosen one can't be used; if it can't make one (its store is not writable, an old key file is in "
          "the way, Cryptographic Services are disabled), none is left.",
      .tell_apart =
          "The host answers RDP_NEG_FAILURE 3 to every request with TLS. A certificate whose key can't be "
          "read shows differently: TLS is confirmed and then the handshake ends (certificate-key-unusable).",
      .advice =
          {"On the host, PowerShell, why there is none:   Get-WinEvent -FilterHashtable @{LogName='System'; "
           "ProviderName='Microsoft-Windows-TerminalServices-RemoteConnectionManager'; "
           "Id=1051,1053,1054,1055,1057,1058} -MaxEvents 5",
           "On the host, PowerShell, none of these may be Disabled:   Get-Service CryptSvc,KeyIso,SessionEnv "
           "| Select-Object Name,Status,StartType",
           "On the host, PowerShell, the self-made certificate, if there is one:   dir "
           "\"Cert:\\LocalMachine\\Remote Desktop\"",
           "On the host, PowerShell as administrator, from the console (it ends sessions); Windows then "
           "makes one:   Restart-Service SessionEnv; Restart-Service TermService -Force",
           "If event 1057 says that it can't, the old key is in the way:   rdpdoctor explain "
           "certificate-key-unusable"},
      .fixes = {"clear-certificate-binding", "restore-certificate-store", "regenerate-certificate",
                "start-services"},
      .codes = {{"negotiation-failure", 3, Certainty::likely, "the host has no certificate"}},
      .events = {{"Schannel", 36886, "", Certainty::likely, "TLS found no certificate to show",
                  EventWeight::joined},
                 {"TerminalServices-RemoteConnectionManager", 1051, "", Certainty::possible,
                  "the certificate that was set is not there; Windows falls back to its own",
                  EventWeight::note},
                 {"TerminalServices-RemoteConnectionManager", 1064, "", Certainty::possible,
                  "a certificate by template could not be installed", EventWeight::note}},
      .signs = {{"event-36886", Certainty::possible, "the host has no default certificate for servers"},
                {"event-1057", Certainty::possible, "there is no new certificate"},
                {"event-1051", Certainty::possible, "the chosen certificate was not found"},
                {"event-1064", Certainty::possible, "the certificate was not installed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
