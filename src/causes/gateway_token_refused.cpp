// Told by its codes, and by credentials: the RD Gateway refuses the client's token or cookie.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause gateway_token_refused() {
  return {
      .id = "gateway-token-refused",
      .title = "The RD Gateway refuses the client's sign-in token.",
      .stage = Stage::nla,
      .machine = Machine::client,
      .explanation =
          "The gateway takes a token (cookie) from a web sign-in or a portal, and the one that came is too "
          "old, used up, damaged, too large or was made for another user; or the sign-in page could not be "
          "opened.",
      .tell_apart =
          "Starting anew from the portal gives a fresh token; if that works, an old .rdp file was used. "
          "Refused again at once: the clocks of portal, gateway and client, or the user name.",
      .advice =
          {"On the client: start the connection anew from the portal or feed; don't keep its .rdp file.",
           "On the client: check its clock and the account that is signed in.",
           "On the gateway: its log names why a token was refused; check the trust with the portal or "
           "sign-in service."},
      .codes = {{"gateway", 0x3000034, Certainty::likely, "the cookie is not valid"},
                {"gateway", 0x3000035, Certainty::likely, "the gateway refused the cookie"},
                {"gateway", 0x3000038, Certainty::possible, "signing in again failed"},
                {"gateway", 0x300003D, Certainty::likely, "the sign-in page could not be reached"},
                {"gateway", 0x300003E, Certainty::likely, "the sign-in page failed"},
                {"gateway", 0x300003F, Certainty::likely, "the sign-in page failed"},
                {"gateway", 0x3000040, Certainty::likely, "the sign-in page failed"},
                {"gateway", 0x3000042, Certainty::likely, "the cookie is too large"},
                {"gateway", 0x300004C, Certainty::likely, "the cookie is for another user"},
                {"gateway-hresult", 0x800759F7, Certainty::likely, "the cookie could not be read"},
                {"gateway-hresult", 0x800759F8, Certainty::likely, "the cookie was refused"},
                {"gateway-hresult", 0x800759F9, Certainty::possible,
                 "the gateway does not take this method"}},
      .signs = {{"gateway-token", Certainty::likely, "the words name the gateway's token"},
                {"gateway-credentials", Certainty::possible, "the gateway wants another sign-in"}},
      .settings = {{"gatewaycredentialssource", "5", "this file has the gateway take a sign-in token"},
                   {"gatewayaccesstoken", "", "the file carries a token, which expires"}},
      .judge = needs_gateway,
  };
}

}  // namespace rdpdoctor::causes
