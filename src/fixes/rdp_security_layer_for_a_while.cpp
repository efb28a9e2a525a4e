// Has the listener use RDP's own security in place of TLS, until it is taken back.
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"
#include "fixes/engine/risk.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view name = "SecurityLayer";

void plan(Planner& p) {
  if (p.owned_by_policy(terminal_services_policy, name, "the listener's security layer")) return;
  const std::string_view because =
      "without TLS nobody can tell whether it is the host that answers, and passwords go over RC4";
  if (!risk_accepted(p, "rdp-security-layer-for-a-while", because)) return;
  p.set(std::string(rdp_tcp), std::string(name), dword(0), "the listener uses RDP's own security, no TLS");
  const auto nla = p.number(rdp_tcp, "UserAuthentication");
  if (!nla.get() || nla.value != 0)
    p.note(
        "where Network Level Authentication is demanded TLS is used all the same: this works together with "
        "nla-off-for-a-while only");
  note_for_a_while(p);
}

}  // namespace

Fix rdp_security_layer_for_a_while() {
  return {
      .id = "rdp-security-layer-for-a-while",
      .title = "The listener uses RDP's own security layer for a while.",
      .explanation =
          "Sets SecurityLayer of the listener RDP-Tcp to 0, so that connections need no certificate and no "
          "TLS. "
          "RDP's own security has no proof of who the host is, and an encryption that is broken for long; "
          "new "
          "clients refuse it. Last resort, on a network that you trust, to get to a machine whose "
          "certificate "
          "can't be mended otherwise: grant-key-access and regenerate-certificate come first. It has to be "
          "asked "
          "for by name and is taken back as soon as you are in.",
      .side = Side::host,
      .risk = Risk::high,
      .takes_effect = "for the next connection; on a disk when Windows starts",
      .verified_by =
          "a connection without TLS is answered; after the undo security-layer-weak is no longer found",
      .weakens = true,
      .article = "set the RDP security layer",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
