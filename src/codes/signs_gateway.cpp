// Words about the RD Gateway between client and host.
#include "codes/sign_tables.h"

namespace rdpdoctor::codes {

// NOLINTNEXTLINE(readability-function-size): a table
std::vector<Sign> gateway_signs() {
  return {
      {.id = "gateway-address",
       .words = {{"gateway server address is unreachable or incorrect"},
                 {"couldn't connect to the gateway"},
                 {"could not connect to the gateway"},
                 {"gateway server is temporarily unavailable"}},
       .meaning = "The RD Gateway was not reached.",
       .not_that = "The host behind it was not asked.",
       .where = "mstsc's dialog, Windows App",
       .source = "mstsc's text for disconnect reason 50331660 and 50331661, as public clients of its control "
                 "quote it (TechNet wiki 37870)"},
      {.id = "gateway-certificate",
       .words = {{"gateway server", "certificate subject name do not match"},
                 {"gateway server's certificate has expired"},
                 {"verify the identity of the rd gateway"},
                 {"no certificate was configured to use at the remote desktop gateway"}},
       .meaning = "The RD Gateway's certificate was not accepted.",
       .not_that = "It is the gateway's certificate and not the host's.",
       .where = "mstsc's dialog",
       .source = "mstsc's text for disconnect reason 50331651, 50331653 to 50331655 and 50331688, as public "
                 "clients of its control quote it (TechNet wiki 37870)"},
      {.id = "gateway-resource-policy",
       .words = {{"not listed in the rd gateway's permission list"},
                 {"did not meet resource authorization policy"}},
       .meaning =
           "The gateway's resource policy (RAP) does not let this user reach this host under this name.",
       .not_that = "The host was not asked.",
       .where = "mstsc's dialog, event 301 of the gateway",
       .source = "mstsc's text for disconnect reason 50331675, as public clients of its control quote it "
                 "(TechNet wiki 37870)"},
      {.id = "gateway-connection-policy",
       .words = {{"not authorized to access the rd gateway"},
                 {"did not meet connection authorization policy"},
                 {"restricted access to this rd gateway"},
                 {"remote desktop gateway", "denied the user", "due to policy"}},
       .meaning = "The gateway's connection policy (CAP) does not let this user, computer or method in.",
       .not_that = "The host was not asked.",
       .where = "mstsc's dialog, event 201 of the gateway, Remmina",
       .source = "mstsc's text for disconnect reason 50331676 and 50331679, as public clients of its control "
                 "quote it (TechNet wiki 37870)"},
      {.id = "gateway-full",
       .words = {{"gateway server reached its maximum allowed connections"},
                 {"gateway server is running low on server resources"}},
       .meaning = "The gateway is full.",
       .not_that = "The host was not asked.",
       .where = "mstsc's dialog",
       .source = "mstsc's text for disconnect reason 50331663 and 50331682, as public clients of its control "
                 "quote it (TechNet wiki 37870)"},
      {.id = "gateway-proxy",
       .words = {{"web proxy server requires authentication"}},
       .meaning = "A web proxy stands before the gateway and wants a logon of its own.",
       .not_that = "Neither gateway nor host was asked.",
       .where = "mstsc's dialog",
       .source = "mstsc's text for disconnect reason 50331680, as public clients of its control quote it "
                 "(TechNet wiki 37870)"},
      {.id = "gateway-transport",
       .words = {{"sending data to the remote desktop gateway"},
                 {"receiving data from the remote desktop gateway"},
                 {"gateway server has ended the connection"}},
       .meaning = "The connection to the gateway broke off.",
       .where = "mstsc's dialog",
       .source = "mstsc's text for disconnect reason 50331657, 50331658 and 50331672, as public clients of "
                 "its control quote it (TechNet wiki 37870)"},
      {.id = "gateway-token",
       .words = {{"gateway", "cookie", "invalid"},
                 {"gateway", "cookie", "rejected"},
                 {"gateway", "token", "expired"},
                 {"paa cookie"},
                 {"gateway", "token", "rejected"}},
       .meaning = "The gateway did not take the sign-in token that the client brought.",
       .where = "mstsc's dialog, logs of gateways",
       .source = "[MS-TSGU] 2.2.6; gateway codes 0x3000034 and 0x3000035"},
      {.id = "gateway-host-behind",
       .words = {{"error occurred on the remote computer that you want to connect to"},
                 {"gateway", "unable to connect to the remote computer"}},
       .meaning = "The gateway was reached and did not get through to the host behind it.",
       .not_that = "The way from the client to the gateway is fine.",
       .where = "mstsc's dialog",
       .source = "mstsc's text for disconnect reason 50331656, as public clients of its control quote it "
                 "(TechNet wiki 37870)"},
      {.id = "gateway-credentials",
       .words = {{"alternate logon method is required"},
                 {"http_status_denied"},
                 {"gateway", "authentication failed"}},
       .meaning = "The gateway did not accept the credentials or wants another method.",
       .not_that = "The host's own logon was not reached.",
       .where = "mstsc's dialog, FreeRDP's log",
       .source = "mstsc's text for disconnect reason 50331659, as public clients of its control quote it "
                 "(TechNet wiki 37870); FreeRDP libfreerdp/core/gateway/rdg.c"},
  };
}

}  // namespace rdpdoctor::codes
