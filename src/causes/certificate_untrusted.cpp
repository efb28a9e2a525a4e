// Judges whether the client refuses the host's certificate: by its alerts in a capture, or by its codes.
#include "causes/engine/views.h"
#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::Ending;
using evidence::TlsOutcome;

// Descriptions by which a client refuses a certificate, RFC 8446 6.2; 45 certificate_expired is another
// cause.
bool refuses_certificate(std::uint32_t alert) {
  return alert == 42 || alert == 43 || alert == 44 || alert == 46 || alert == 48;
}

constexpr std::uint32_t unknown_ca = 48;

// The client ends the connection by itself with the certificate in its hands, and gives no reason.
bool left_at_certificate(const Connection& c) {
  bool client_left = of_a_client(c) && c.ending == Ending::local && !c.session && !c.tls.client_alert;
  bool had_it = c.tls.server_hello_seen || c.tls.outcome == TlsOutcome::completed;
  bool in_tls = c.tls.outcome == TlsOutcome::failed_here || c.tls.outcome == TlsOutcome::completed;
  bool went_on = c.nla.outcome != evidence::NlaOutcome::not_tried;
  return client_left && had_it && in_tls && !went_on;
}

Verdict judge(const CaseFile& c) {
  Connections said = finished(
      c, [](const Connection& conn) { return refuses_certificate(conn.tls.client_alert.value_or(0)); });
  if (!said.empty()) {
    Connections plain =
        filter(said, [](const Connection& conn) { return *conn.tls.client_alert == unknown_ca; });
    const Connections& told = plain.empty() ? said : plain;
    std::uint32_t alert = *told.front()->tls.client_alert;
    return Found{plain.empty() ? Certainty::likely : Certainty::proven,
                 {{source("tls", told), fmt::format("the client ends TLS by alert {} {}", alert,
                                                    codes::name_or_empty("tls-alert", alert))}},
                 true,
                 ""};
  }
  Connections left = finished(c, left_at_certificate);
  if (left.empty()) return needs(need::client_code);
  // Clients connect once to see the certificate and again after they have asked their user.
  bool others_went_on = any_of(finished(c), [](const Connection& conn) {
    return conn.session.has_value() || conn.nla.outcome != evidence::NlaOutcome::not_tried;
  });
  if (others_went_on) return needs(need::client_code);
  return Found{Certainty::possible,
               {{source("tls", left),
                 "the client closes once it has the certificate, without a word: "
                 "refused by it, or by its user in a dialog"}},
               c.complaint.has_value(),  // scanners and health checks leave there too
               "The client leaves once it has seen the host's certificate."};
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
      .events = {{"Schannel", 36887, "AlertDesc=48", Certainty::likely, "the client did not know the issuer",
                  EventWeight::joined},
                 {"Schannel", 36887, "AlertDesc=46", Certainty::possible,
                  "the client did not accept the certificate", EventWeight::joined},
                 {"Schannel", 36887, "AlertDesc=42", Certainty::possible,
                  "the client called the certificate bad", EventWeight::joined}},
      .signs = {{"mstsc-certificate-authority", Certainty::likely,
                 "the client says that the issuer is not trusted"},
                {"certificate-refused", Certainty::likely, "the client refuses the certificate"},
                {"event-36882", Certainty::likely, "the client's log says that the issuer is not trusted"},
                {"mstsc-identity", Certainty::possible, "the client could not verify the host's identity"},
                {"mstsc-revocation", Certainty::possible,
                 "the client could not check whether the certificate is revoked"},
                {"tls-handshake-failed", Certainty::possible, "a refused certificate ends the handshake"},
                {"certificate-changed", Certainty::possible,
                 "the remembered certificate is no longer the host's"},
                {"xrdp-tls-accept", Certainty::possible,
                 "a client that refuses the certificate ends the handshake"},
                {"xrdp-client-left", Certainty::possible,
                 "a client that asks about the certificate leaves first"},
                {"guacd-home", Certainty::possible,
                 "FreeRDP cannot remember the certificate that it should trust"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
