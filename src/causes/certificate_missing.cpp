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
          "Normally Windows makes itself a self-signed one when the service starts; if it can't (its store "
          "is missing or not writable, the key folder is damaged, Cryptographic Services are stopped), or "
          "if a chosen certificate is gone, none is left.",
      .tell_apart =
          "The host answers RDP_NEG_FAILURE 3 to every request with TLS. A certificate whose key can't be "
          "read shows differently: TLS is confirmed and then the handshake ends (certificate-key-unusable).",
      .advice = {"On the host, as administrator: rdpdoctor inspect; events 1051 to 1058 of "
                 "RemoteConnectionManager in the System log say why there is none.",
                 "On the host, as administrator, in PowerShell: dir \"Cert:\\LocalMachine\\Remote Desktop\" "
                 "shows the self-signed one.",
                 "On the host, as administrator: Get-Service CryptSvc,KeyIso,SessionEnv must not be "
                 "disabled.",
                 "On the host, as administrator, from the console: rdpdoctor fix regenerate-certificate."},
      .fixes = {"clear-certificate-binding", "restore-certificate-store", "regenerate-certificate",
                "start-services"},
      .codes = {{"negotiation-failure", 3, Certainty::likely, "the host has no certificate"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
