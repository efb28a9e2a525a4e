// Extended disconnect reasons: what mstsc shows as "Extended error code". From 0x1000 to 0x7FFF the field
// carries the host's Set Error Info value: find_code looks those up in error_info.h.
#pragma once

#include "codes/table.h"

namespace rdpdoctor::codes {

inline constexpr std::uint32_t EXTENDED_PROTOCOL_RANGE_START = 0x1000;
inline constexpr std::uint32_t EXTENDED_PROTOCOL_RANGE_END = 0x7FFF;

inline constexpr Code extended_codes[] = {
    {0x0, "exDiscReasonNoInfo", "Nothing more is known than the main code says.",
     "Next to 0x904 it has been seen after credentials were typed, which is too few reports to conclude "
     "from."},
    {0x1, "exDiscReasonAPIInitiatedDisconnect", "A program disconnected the session."},
    {0x2, "exDiscReasonAPIInitiatedLogoff", "A program logged the session off."},
    {0x3, "exDiscReasonServerIdleTimeout", "The session was idle longer than the host allows."},
    {0x4, "exDiscReasonServerLogonTimeout", "The session lasted longer than the host allows."},
    {0x5, "exDiscReasonReplacedByOtherConnection", "Another connection took the session over."},
    {0x6, "exDiscReasonOutOfMemory", "The host or the client had no memory left."},
    {0x7, "exDiscReasonServerDeniedConnection", "The host is said to have denied the connection.",
     "Next to 0x904 it is probably made up by the client (inferred): the message that carries this number "
     "can only come "
     "after TLS and MCS, so a connection that died earlier never got it."},
    {0x8, "exDiscReasonServerDeniedConnectionFips",
     "The host denied the connection because of its FIPS setting."},
    {0x9, "exDiscReasonServerInsufficientPrivileges",
     "The account may not log on to this host through Remote Desktop.",
     "It is a missing right, not a wrong password."},
    {0xA, "exDiscReasonServerFreshCredsRequired",
     "The host refuses saved credentials; they must be typed in."},
    {0xB, "exDiscReasonRpcInitiatedDisconnectByUser",
     "The user disconnected the session with a tool inside it.", "It is not an error."},
    {0xC, "exDiscReasonLogoffByUser", "The user logged off.", "It is not an error."},
    {0x19, "exDiscReasonShutdown", "The host is shutting down.", "It is not an error."},
    {0x1A, "exDiscReasonReboot", "The host is restarting.", "It is not an error."},
    {0x100, "exDiscReasonLicenseInternal", "The licensing part of the host failed internally."},
    {0x101, "exDiscReasonLicenseNoLicenseServer", "The host found no Remote Desktop licence server."},
    {0x102, "exDiscReasonLicenseNoLicense", "No client access licence was left for this client."},
    {0x103, "exDiscReasonLicenseErrClientMsg", "The client's licensing message was not valid."},
    {0x104, "exDiscReasonLicenseHwidDoesntMatchLicense",
     "The licence that the client stores belongs to other hardware.",
     "As a main error code the same number is a failed name look-up."},
    {0x105, "exDiscReasonLicenseErrClientLicense", "The licence that the client stores can't be read."},
    {0x106, "exDiscReasonLicenseCantFinishProtocol",
     "The exchange about licences was cut off by the network."},
    {0x107, "exDiscReasonLicenseClientEndedProtocol", "The client broke off the exchange about licences."},
    {0x108, "exDiscReasonLicenseErrClientEncryption", "A licensing message was encrypted wrongly."},
    {0x109, "exDiscReasonLicenseCantUpgradeLicense",
     "The client's licence could not be upgraded or renewed."},
    {0x10A, "exDiscReasonLicenseNoRemoteConnections", "The host is not licensed to take remote connections."},
    {0x10B, "exDiscReasonLicenseCreatingLicStoreAccDenied",
     "The client was not allowed to create the registry key in which it stores licences."},
    {0x300, "exDiscReasonRdpEncInvalidCredentials", "The credentials were not accepted."},
    {EXTENDED_PROTOCOL_RANGE_START, "exDiscReasonProtocolRangeStart",
     "The first number of the range for protocol errors, see the error info values."},
    {EXTENDED_PROTOCOL_RANGE_END, "exDiscReasonProtocolRangeEnd",
     "The last number of the range for protocol errors, see the error info values."},
};
static_assert(well_formed(extended_codes));

inline constexpr Family extended{
    .id = "extended",
    .title = "extended disconnect reason (mstsc's \"Extended error code\")",
    .where =
        "\"Extended error code\" in the message of mstsc, after the main code; 0x1000 to 0x7FFF are the "
        "host's error "
        "info values",
    .source =
        "ExtendedDisconnectReasonCode (Microsoft Learn); 25 and 26 from the type library of newer clients",
    .codes = extended_codes,
};

}  // namespace rdpdoctor::codes
