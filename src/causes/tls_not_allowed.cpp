// Judges RDP_NEG_FAILURE 2: the host allows only RDP's own security.
#include "causes/engine/negotiation_views.h"

namespace rdpdoctor::causes {
namespace {

bool forbids_tls(std::uint32_t code) {
  return code == 2;
}

Verdict judge(const CaseFile& c) {
  Refusals refused = refusals(c, forbids_tls, asks_ssl);
  const Connections& list = refused.ours.empty() ? refused.clients : refused.ours;
  if (list.empty()) return not_refused(c);
  const Connection* rdp = attempt(c, "set rdp");
  bool shown =
      rdp && rdp->x224.outcome == evidence::X224Outcome::confirmed && rdp->x224.selected.value_or(0) == 0;
  return Found{shown ? Certainty::proven : Certainty::likely, refusal_lines(c, list), true, ""};
}

}  // namespace

Cause tls_not_allowed() {
  return {
      .id = "tls-not-allowed",
      .title = "The host does not allow TLS.",
      .stage = Stage::x224,
      .machine = Machine::host,
      .explanation =
          "The host's security layer is set to RDP's own encryption (SecurityLayer 0), often left over from "
          "an earlier \"repair\" of a certificate fault, and refuses every request for TLS or NLA. Current "
          "clients don't go back to the old encryption by themselves, and should not: it does not prove who "
          "the host is.",
      .tell_apart =
          "The host answers RDP_NEG_FAILURE 2 to TLS and confirms a request for RDP's own security.",
      .advice = {"On the host, whether a policy sets it (it wins, so change it there to SSL or Not "
                 "configured):   reg query \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal "
                 "Services\" /v SecurityLayer",
                 "If a broken certificate was the reason, repair that first:   rdpdoctor explain "
                 "certificate-key-unusable",
                 "On the host, as administrator, keep the listener's values:   reg export "
                 "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" "
                 "C:\\rdp-tcp.reg",
                 "Then, from the console (undo: reg import C:\\rdp-tcp.reg):   reg add "
                 "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
                 "SecurityLayer /t REG_DWORD /d 2 /f"},
      .article = Article::names_it,
      .article_note =
          "The article names the security layer. Setting it to RDP hides a broken certificate behind weak "
          "encryption, and this cause is what such a repair leaves behind.",
      .fixes = {"restore-listener-defaults", "regenerate-certificate"},
      .codes = {{"negotiation-failure", 2, Certainty::likely, "the host allows no TLS"},
                {"freerdp", 0x2000C, Certainty::possible, "no common protocol was found"}},
      .signs = {{"negotiation-failed", Certainty::possible, "the host may not do TLS"},
                {"openssl-not-tls", Certainty::possible, "a host without TLS answers in the clear"},
                {"xrdp-key-unreadable", Certainty::possible, "xrdp then offers standard RDP security only"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
