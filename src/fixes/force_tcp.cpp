// Makes this client use TCP only.
#include "fixes/engine/fix.h"

namespace rdpdoctor::fixes {
namespace {

// Known as a policy only, "Turn Off UDP On Client" of TerminalServer.admx.
constexpr std::string_view key = R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services\Client)";

void plan(Planner& p) {
  p.set(std::string(key), "fClientDisableUDP", dword(1),
        "Remote Desktop clients of this machine use TCP only");
}

}  // namespace

Fix force_tcp() {
  return {
      .id = "force-tcp",
      .title = "This client uses TCP only.",
      .explanation =
          "Sets fClientDisableUDP 1, the policy \"Turn Off UDP On Client\", for all users of the client. It "
          "helps "
          "where sessions freeze or break off since UDP is lost, filtered or badly translated on the way. A "
          "connection that fails before the session is not changed by it: UDP begins after TCP is up. On "
          "lossy "
          "lines pictures and sound get slower. Where Group Policy sets the value nothing is written.",
      .side = Side::client,
      .risk = Risk::low,
      .takes_effect = "for the next connection",
      .verified_by = "a session shows TCP only in its connection information",
      .article = "force the client to use TCP (fClientDisableUDP)",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
