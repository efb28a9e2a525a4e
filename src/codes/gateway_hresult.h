// What an RD Gateway answers to its client, [MS-TSGU] 2.2.6. Some are sent as HRESULT, some as the bare Win32
// number; find_value takes either form, as does event 201 of the gateway (decimal, such as 23003).
#pragma once

#include "codes/table.h"

namespace rdpdoctor::codes {

inline constexpr Code gateway_hresult_codes[] = {
    {0x000004D4, "E_PROXY_CONNECTIONABORTED",
     "The gateway broke the connection off, or the user cancelled it."},
    {0x000059E6, "E_PROXY_MAXCONNECTIONSREACHED", "The gateway has as many connections as it may take."},
    {0x000059E8, "E_PROXY_NOTSUPPORTED", "The gateway does not support what the client asked for."},
    {0x000059F6, "E_PROXY_SESSIONTIMEOUT", "The session through the gateway reached its time limit."},
    {0x000059FA, "E_PROXY_REAUTH_AUTHN_FAILED",
     "Proving the user's identity again during the session failed."},
    {0x000059FB, "E_PROXY_REAUTH_CAP_FAILED",
     "The connection authorization policy no longer allows this user during the session."},
    {0x000059FC, "E_PROXY_REAUTH_RAP_FAILED",
     "The resource authorization policy no longer allows this host during the session."},
    {0x000059FD, "E_PROXY_SDR_NOT_SUPPORTED_BY_TS",
     "The host can't enforce the device redirection that the gateway demands."},
    {0x00005A00, "E_PROXY_REAUTH_NAP_FAILED",
     "The health check of the client failed when repeated in the session."},
    {0x800759D8, "E_PROXY_INTERNALERROR", "The gateway failed internally."},
    {0x800759DA, "E_PROXY_RAP_ACCESSDENIED",
     "The gateway's resource authorization policy does not allow this user to reach this host.",
     "The host itself was not asked."},
    {0x800759DB, "E_PROXY_NAP_ACCESSDENIED",
     "The gateway's connection authorization policy does not let this user or computer in.",
     "The host itself was not asked."},
    {0x800759DD, "E_PROXY_TS_CONNECTFAILED", "The gateway could not connect to the host behind it.",
     "The way from the client to the gateway is fine: look at the way from the gateway to the host."},
    {0x800759DF, "E_PROXY_ALREADYDISCONNECTED", "The connection through the gateway is already closed."},
    {0x800759E9, "E_PROXY_CAPABILITYMISMATCH", "Client and gateway have too little in common."},
    {0x800759ED, "E_PROXY_QUARANTINE_ACCESSDENIED", "The gateway's health check refused the client."},
    {0x800759EE, "E_PROXY_NOCERTAVAILABLE", "The gateway found no certificate for what was asked."},
    {0x800759F7, "E_PROXY_COOKIE_BADPACKET", "The cookie for the gateway could not be read."},
    {0x800759F8, "E_PROXY_COOKIE_AUTHENTICATION_ACCESS_DENIED", "The cookie for the gateway was refused."},
    {0x800759F9, "E_PROXY_UNSUPPORTED_AUTHENTICATION_METHOD",
     "The gateway does not accept this method of authentication."},
};
static_assert(well_formed(gateway_hresult_codes));

inline constexpr Family gateway_hresult{
    .id = "gateway-hresult",
    .title = "RD Gateway result",
    .where = "answers of an RD Gateway on the wire, its event log (201, 304 …) and logs of clients",
    .source = "[MS-TSGU] 2.2.6; FreeRDP libfreerdp/core/gateway/tsg.h",
    .codes = gateway_hresult_codes,
};

}  // namespace rdpdoctor::codes
