// The client does not trust the host's certificate: told by the client's codes alone.
#include "causes/engine/views.h"

namespace rdpdoctor::causes {
namespace {

Verdict judge(const CaseFile&) {
  return needs(need::client_code);
}

}  // namespace

Cause certificate_untrusted() {
  return {
      .id = "certificate-untrusted",
      .title = "The client does not trust the host's certificate.",
      .stage = Stage::tls,
      .machine = Machine::client,
      .explanation =
          "The client was shown a certificate whose issuer it does not know: the one that Windows (or xrdp, "
          "or gnome-remote-desktop) made for itself, or one of a private authority. That is the normal "
          "state of most hosts and nothing is wrong there; most clients ask once. A client that is told to "
          "demand a trusted certificate, or that runs unattended, ends the connection instead.",
      .tell_apart =
          "The host passes every stage for others. What the client shows or logs (unknown authority, "
          "untrusted root) tells; the wire does not, since each client has its own list of trust. If the "
          "issuer is an inspection product, it is tls-intercepted.",
      .advice = {"On the host, PowerShell, the thumbprint of its self-made certificate:   dir "
                 "\"Cert:\\LocalMachine\\Remote Desktop\"",
                 "On the client: compare it with the one that the client shows; if they are the same, accept "
                 "and remember it.",
                 "For many hosts: give them certificates of an authority that the clients trust; don't "
                 "switch the check off.",
                 "On the client, as administrator, for an authority of your own (undo: certutil -delstore "
                 "Root SERIAL):   certutil -addstore Root ca.cer"},
      .article_note = "It mixes up a certificate that is not trusted with a damaged one; the host is fine.",
      .fixes = {"renew-trust"},
      .codes = {{"disconnect", 0x907, Certainty::likely, "the client did not expect this certificate"},
                {"tls-alert", 48, Certainty::likely, "the client does not know the issuer"},
                {"tls-alert", 46, Certainty::possible, "the client did not accept the certificate"},
                {"tls-alert", 42, Certainty::possible, "the client called the certificate bad"},
                {"tls-alert", 44, Certainty::possible, "the client holds the certificate for revoked"},
                {"schannel", 0x80090325, Certainty::likely, "the issuer is not trusted"},
                {"schannel", 0x800B0109, Certainty::likely, "the chain ends at a root that is not trusted"},
                {"schannel", 0x800B010A, Certainty::likely, "no chain to a trusted root could be built"},
                {"schannel", 0x80092010, Certainty::possible, "the certificate has been revoked"},
                {"schannel", 0x80092013, Certainty::possible, "revocation could not be asked"},
                {"schannel", 0x80090327, Certainty::possible, "the client could not accept the certificate"},
                {"freerdp", 0x20008, Certainty::possible, "the certificate was not accepted"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
