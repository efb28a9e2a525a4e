// Whether the client may use UDP beside TCP. The policy "Turn Off UDP On Client" is of TerminalServer.admx
// (TS_CLIENT_TURN_OFF_UDP); the machine's own value is one that Microsoft's MSRD-Collect looks at beside it.
#include "inspect/client_topics.h"
#include "inspect/readings.h"

namespace rdpdoctor::inspect {

void inspect_client_udp(host::Host& host, const Target&, ClientFacts& facts) {
  static constexpr std::string_view policy =
      R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services\Client)";
  static constexpr std::string_view own = R"(HKLM\SOFTWARE\Microsoft\Terminal Server Client)";
  facts.disable_udp =
      policy_over(number(host, policy, "fClientDisableUDP"), number(host, own, "DisableUDPTransport"));
}

}  // namespace rdpdoctor::inspect
