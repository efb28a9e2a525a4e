// Lets clients in without Network Level Authentication, until it is taken back.
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"
#include "fixes/engine/risk.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view name = "UserAuthentication";

void plan(Planner& p) {
  if (p.owned_by_policy(terminal_services_policy, name, "whether Network Level Authentication is demanded"))
    return;
  const std::string_view because =
      "without NLA everybody who reaches the port gets a logon screen, before any password";
  if (!risk_accepted(p, "nla-off-for-a-while", because)) return;
  p.set(std::string(rdp_tcp), std::string(name), dword(0),
        "the listener does not demand Network Level Authentication");
  note_for_a_while(p);
}

}  // namespace

Fix nla_off_for_a_while() {
  return {
      .id = "nla-off-for-a-while",
      .title = "Network Level Authentication is off for a while.",
      .explanation =
          "Sets UserAuthentication of the listener RDP-Tcp to 0, so that a client that fails at CredSSP gets "
          "the "
          "logon screen of the host. It is a way in, not a cure: with it the host's logon screen is open to "
          "everybody who reaches the port. Last resort, for a machine that can't be reached otherwise; it "
          "has to "
          "be asked for by name, and is taken back as soon as the true cause is mended. It does not help "
          "where "
          "TLS itself fails.",
      .side = Side::host,
      .risk = Risk::high,
      .takes_effect = "for the next connection; on a disk when Windows starts",
      .verified_by = "a connection without NLA is answered; after the undo nla-off is no longer found",
      .weakens = true,
      .article = "turn off Network Level Authentication",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
