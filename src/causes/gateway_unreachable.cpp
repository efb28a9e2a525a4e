// Told by its codes, and by credentials: the RD Gateway can't be reached or trusted.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause gateway_unreachable() {
  return {
      .id = "gateway-unreachable",
      .title = "The RD Gateway cannot be reached or trusted.",
      .stage = Stage::tcp,
      .machine = Machine::path,
      .explanation =
          "The client goes through an RD Gateway (HTTPS, mostly port 443), and that step fails before the "
          "host is even asked: the gateway's name or address, a proxy in between, or its certificate "
          "(expired, another name, unknown issuer, revocation list out of reach).",
      .tell_apart =
          "The code begins with 0x30000. A browser on the client that opens https://GATEWAY/rdweb shows the "
          "same fault of name, proxy or certificate. The host behind it can't be judged from outside.",
      .advice = {"On the client, PowerShell:   Test-NetConnection GATEWAY -Port 443",
                 "On the client: check the gateway's name in the .rdp file (gatewayhostname:s:…).",
                 "On the gateway: RD Gateway Manager > Properties > SSL Certificate: in date, the public "
                 "name, an issuer that clients trust."},
      .codes = {{"gateway", 0x3000002, Certainty::likely, "the gateway's revocation list is out of reach"},
                {"gateway", 0x3000003, Certainty::likely, "the gateway's name or certificate does not fit"},
                {"gateway", 0x3000004, Certainty::likely, "the gateway's certificate is revoked"},
                {"gateway", 0x3000005, Certainty::likely, "the gateway can't be verified"},
                {"gateway", 0x3000006, Certainty::likely, "the gateway's certificate is for another name"},
                {"gateway", 0x3000007, Certainty::likely,
                 "the gateway's certificate has expired or is revoked"},
                {"gateway", 0x3000009, Certainty::likely, "sending to the gateway failed"},
                {"gateway", 0x300000A, Certainty::likely, "receiving from the gateway failed"},
                {"gateway", 0x300000C, Certainty::likely, "the gateway could not be reached"},
                {"gateway", 0x300000D, Certainty::likely, "the gateway is not available for now"},
                {"gateway", 0x3000020, Certainty::likely, "a web proxy on the way wants a logon"},
                {"gateway", 0x3000028, Certainty::likely, "the gateway has no certificate"},
                {"gateway", 0x3000029, Certainty::likely, "the client does not trust the gateway"},
                {"gateway", 0x3000044, Certainty::likely, "a proxy on the way is in the way"},
                {"gateway", 0x300004A, Certainty::likely, "HTTPS to the gateway is blocked"},
                {"gateway-hresult", 0x4D4, Certainty::possible, "the connection to the gateway was aborted"}},
      .signs = {{"gateway-address", Certainty::likely, "the words say that the gateway was not reached"},
                {"gateway-certificate", Certainty::likely, "the gateway's certificate was not accepted"},
                {"gateway-proxy", Certainty::likely, "a web proxy is in the way to the gateway"},
                {"gateway-transport", Certainty::possible, "the connection to the gateway broke off"}},
      .settings = {{"gatewayhostname", "", "the gateway that this file names"},
                   {"gatewayusagemethod", "1", "the client goes by the gateway always"},
                   {"gatewayusagemethod", "2",
                    "the client goes by the gateway where it does not reach the host"}},
      .judge = needs_gateway,
  };
}

}  // namespace rdpdoctor::causes
