// Names that products which open TLS on the way put into the certificates they sign. A table only: the judge
// is tls_intercepted.cpp. A fragment must be telling by itself: the plain names of public certification
// authorities ("Symantec") or words that a host may be called by are not.
#pragma once

#include <string_view>

namespace rdpdoctor::causes {

struct InspectionProduct {
  std::string_view fragment;  // of the issuer's name, in lower case
  std::string_view product;
  bool on_machine = false;  // it runs where the connection begins or ends, and nowhere between
};

inline constexpr InspectionProduct inspection_products[] = {
    // gateways and cloud proxies
    {"zscaler", "Zscaler Internet Access"},
    {"netskope", "Netskope"},
    {"goskope", "Netskope"},
    {"fortinet", "Fortinet FortiGate"},
    {"fortigate", "Fortinet FortiGate"},
    {"palo alto networks", "Palo Alto Networks"},
    {"paloalto", "Palo Alto Networks"},
    {"blue coat", "Symantec (Blue Coat) ProxySG"},
    {"bluecoat", "Symantec (Blue Coat) ProxySG"},
    {"symantec web security", "Symantec Web Security Service"},
    {"symantec wss", "Symantec Web Security Service"},
    {"sophos ssl", "Sophos"},
    {"sophos web", "Sophos"},
    {"sophos xg", "Sophos Firewall"},
    {"sophos utm", "Sophos UTM"},
    {"sophos_ca", "Sophos Firewall"},
    {"sophos_ssl", "Sophos Firewall"},
    {"sophos_certificateauthority", "Sophos Firewall"},
    {"check point", "Check Point"},
    {"checkpoint", "Check Point"},
    {"cisco umbrella", "Cisco Umbrella"},
    {"cisco secure access", "Cisco Secure Access"},
    {"forcepoint", "Forcepoint"},
    {"websense", "Forcepoint (Websense)"},
    {"mcafee web gateway", "Skyhigh (McAfee) Web Gateway"},
    {"skyhigh", "Skyhigh (McAfee) Web Gateway"},
    {"barracuda", "Barracuda"},
    {"iboss", "iboss"},
    {"cato networks", "Cato Networks"},
    {"menlo security", "Menlo Security"},
    {"sonicwall", "SonicWall"},
    {"watchguard", "WatchGuard"},
    {"fireware", "WatchGuard"},
    {"smoothwall", "Smoothwall"},
    {"cloudflare for teams", "Cloudflare Gateway"},
    {"gateway ca - cloudflare", "Cloudflare Gateway"},
    // security suites on the client or the host
    {"kaspersky", "Kaspersky", true},
    {"eset ssl filter", "ESET", true},
    {"bitdefender", "Bitdefender", true},
    {"avast! web", "Avast", true},
    {"avast web", "Avast", true},
    {"avg web", "AVG", true},
    {"dr.web", "Dr.Web", true},
    {"superfish", "Superfish", true},
    {"edellroot", "Dell eDellRoot", true},
    // tools that a person started
    {"fiddler", "Fiddler"},
    {"mitmproxy", "mitmproxy"},
    {"charles proxy", "Charles"},
    {"portswigger", "Burp Suite"},
    {"squid proxy", "Squid"},
    {"squid ca", "Squid"},
    {"squid-ca", "Squid"},
};

}  // namespace rdpdoctor::causes
