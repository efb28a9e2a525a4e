// The client can't work with this kind of certificate: told by the client's codes alone.
#include "causes/engine/certificates.h"

namespace rdpdoctor::causes {
namespace {

Verdict judge(const CaseFile&) {
  return needs(need::client_code);
}

}  // namespace

Cause certificate_unsupported() {
  return {
      .id = "certificate-unsupported",
      .title = "The client can't work with this kind of certificate.",
      .stage = Stage::tls,
      .machine = Machine::client,
      .explanation =
          "The client reads the host's certificate and can't use it: a key of a type it does not know (an "
          "elliptic curve, RSA-PSS), a signature hash it has given up or never had, a critical extension "
          "that it does not understand. It is a matter between this client and this certificate; others "
          "connect.",
      .tell_apart =
          "Another client, or a newer version of this one, passes. certificate-weak and "
          "certificate-wrong-usage name properties that many clients mind; this one is about the client's "
          "own limits.",
      .advice =
          {"On the client: update it, then try again.",
           "On a Windows client, as administrator, log why (off again: /e:false), then connect once:   "
           "wevtutil sl Microsoft-Windows-CAPI2/Operational /e:true",
           "On a FreeRDP client, the property that it stumbles over:   xfreerdp /v:HOST /log-level:DEBUG",
           "On the host: use a certificate that all your clients know: RSA 2048 or 3072, SHA-256, server "
           "authentication."},
      .fixes = {"regenerate-certificate"},
      .codes = {{"disconnect", 0x706, Certainty::likely, "the client could not read the host's certificate"},
                {"disconnect", 0x606, Certainty::possible,
                 "the client could not use the host's security data"},
                {"tls-alert", 43, Certainty::likely, "the client does not support this kind of certificate"},
                {"tls-alert", 42, Certainty::possible, "the client called the certificate bad"},
                {"schannel", 0x80090327, Certainty::possible, "the client could not process the certificate"},
                {"freerdp", 0x20008, Certainty::possible, "the certificate was not accepted"}},
      .signs = {{"openssl-weak-certificate", Certainty::possible,
                 "the client does not take this certificate"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
