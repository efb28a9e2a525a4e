// Names and values: "Supported RDP properties" (Microsoft Learn); what FreeRDP makes of them:
// client/common/file.c.
#include "codes/rdp_settings.h"

#include <algorithm>

namespace rdpdoctor::codes {
namespace {

using Value = RdpSettingValue;

constexpr Value gateway_usage[] = {
    {"0", "no gateway is used"},
    {"1", "always by the gateway: the client never connects to the host directly"},
    {"2", "by the gateway when the host is not reached directly"},
    {"3", "as the client's own default says"},
    {"4", "no gateway is used; local addresses are gone to directly"},
};
constexpr Value gateway_profile[] = {
    {"0", "the gateway settings of the client's administrator are used, not those of this file"},
    {"1", "the gateway settings of this file are used"},
};
constexpr Value gateway_credentials[] = {
    {"0", "the gateway asks for a password (NTLM)"},
    {"1", "the gateway wants a smart card"},
    {"2", "the gateway is given the credentials of the logged-on user"},
    {"3", "the user is asked what to send to the gateway (basic)"},
    {"4", "the user chooses later"},
    {"5", "the gateway is given a cookie: a sign-in token, which expires"},
};
constexpr Value credssp[] = {
    {"0", "NLA is switched off: a host that demands it refuses this client"},
    {"1", "NLA is offered"},
};
constexpr Value authentication_level[] = {
    {"0", "a host that can't be verified is connected to without a word"},
    {"1", "a host that can't be verified is not connected to"},
    {"2", "with a host that can't be verified the user is asked"},
    {"3", "no verification is asked for"},
};
constexpr Value negotiate[] = {
    {"0", "the first bytes are TLS at once: hosts that expect the negotiation do not understand them"},
    {"1", "the security is negotiated"},
};
constexpr Value prompt[] = {
    {"0", "saved credentials are used when there are any"},
    {"1", "the client asks for credentials each time"},
};
constexpr Value entra[] = {
    {"0", "no sign-in by Entra ID to the host"},
    {"1", "the host is signed in to by Entra ID (RDSAAD), if client and host can do it"},
};
constexpr Value joined[] = {
    {"0", "the host is not joined to Entra ID"},
    {"1", "the host is joined to Entra ID: from a client outside it, only PKU2U or RDSAAD work"},
};
constexpr Value load_balance[] = {
    {"", "sent in the first packet in place of the user's cookie: it chooses the collection or the host"},
};
constexpr Value redirection_name[] = {
    {"0", "after a redirection the certificate is checked for the first name"},
    {"1", "after a redirection the name of the new host is used"},
};
constexpr Value sharing[] = {
    {"0", "connections to one place may share credentials and reconnect to open sessions"},
    {"1", "each start makes a new connection"},
};
constexpr Value kdc_proxy[] = {
    {"", "Kerberos goes by this proxy: it must be reachable and its certificate trusted"},
};
constexpr Value network_detect[] = {
    {"0", "network quality is not measured"},
    {"1", "network quality is measured when the session begins"},
};
constexpr Value restricted_admin[] = {
    {"0", "credentials are sent as usual"},
    {"1", "no credentials are sent to the host: it must allow Restricted Admin or Remote Credential Guard"},
};
constexpr Value reconnection[] = {
    {"0", "a lost connection is not made again by itself"},
    {"1", "a lost connection is made again by itself"},
};
constexpr Value signature[] = {
    {"", "the file is signed: changing a setting that the signature covers makes it invalid"},
};
constexpr Value administrative[] = {
    {"0", "an ordinary session"},
    {"1", "the administrative session: for administrators, without a licence"},
};
constexpr Value remote_app[] = {
    {"0", "a whole desktop"},
    {"1", "one program: the host must publish it"},
};

constexpr RdpSettingInfo settings[] = {
    {"full address", "the host, and maybe the port", {}},
    {"alternate full address", "another name of the host; some clients try it first", {}},
    {"server port", "the port, where the address has none", {}},
    {"gatewayhostname", "the RD Gateway", {}},
    {"gatewayusagemethod", "whether the gateway is used", gateway_usage},
    {"gatewayprofileusagemethod", "whose gateway settings count", gateway_profile},
    {"gatewaycredentialssource", "how to log on to the gateway", gateway_credentials},
    {"gatewayaccesstoken", "the token for the gateway (its value is not kept)", {}},
    {"loadbalanceinfo", "where a farm or a broker is to send the connection", load_balance},
    {"workspace id", "the feed of published desktops that this file comes from", {}},
    {"use redirection server name", "which name counts after a redirection", redirection_name},
    {"disableconnectionsharing", "whether an open session is used again", sharing},
    {"enablecredsspsupport", "Network Level Authentication", credssp},
    {"negotiate security layer", "the negotiation of the security protocol", negotiate},
    {"authentication level", "what happens when the host can't be verified", authentication_level},
    {"prompt for credentials", "saved credentials", prompt},
    {"promptcredentialonce", "one password for gateway and host", {}},
    {"restrictedadmin", "Restricted Admin", restricted_admin},
    {"enablerdsaadauth", "sign-in by Entra ID", entra},
    {"targetisaadjoined", "the host's join to Entra ID", joined},
    {"kdcproxyname", "the Kerberos proxy", kdc_proxy},
    {"administrative session", "the kind of session", administrative},
    {"remoteapplicationmode", "a desktop or one program", remote_app},
    {"autoreconnection enabled", "what follows a lost connection", reconnection},
    {"networkautodetect", "measuring the network", network_detect},
    {"bandwidthautodetect", "measuring the network", network_detect},
    {"signscope", "which settings the signature covers", signature},
};

}  // namespace

std::span<const RdpSettingInfo> all_rdp_settings() {
  return settings;
}

const RdpSettingInfo* find_rdp_setting(std::string_view name) {
  auto found = std::ranges::find(settings, name, &RdpSettingInfo::name);
  return found != std::end(settings) ? found : nullptr;
}

std::string_view rdp_setting_meaning(std::string_view name, std::string_view value) {
  const RdpSettingInfo* info = find_rdp_setting(name);
  if (info == nullptr) return {};
  auto found = std::ranges::find_if(
      info->values, [&](const Value& v) { return v.value.empty() ? !value.empty() : v.value == value; });
  return found != info->values.end() ? found->meaning : std::string_view{};
}

}  // namespace rdpdoctor::codes
