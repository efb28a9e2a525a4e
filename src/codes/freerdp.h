// Errors of FreeRDP and of the clients built on it (Remmina, GNOME Connections): class 2, so 0x0002NNNN.
#pragma once

#include "codes/table.h"

namespace rdpdoctor::codes {

inline constexpr Code freerdp_codes[] = {
    {0x00020001, "ERRCONNECT_PRE_CONNECT_FAILED", "The client failed to prepare the connection.",
     "Nothing had been sent to the host yet."},
    {0x00020002, "ERRCONNECT_CONNECT_UNDEFINED", "The connection failed and the client recorded no reason."},
    {0x00020003, "ERRCONNECT_POST_CONNECT_FAILED", "The connection was made and the client failed to use it.",
     "The host took the connection: look at the client."},
    {0x00020004, "ERRCONNECT_DNS_ERROR", "Resolving the host's name failed."},
    {0x00020005, "ERRCONNECT_DNS_NAME_NOT_FOUND", "There is no such host name."},
    {0x00020006, "ERRCONNECT_CONNECT_FAILED", "No TCP connection to the host could be made."},
    {0x00020007, "ERRCONNECT_MCS_CONNECT_INITIAL_ERROR",
     "The host did not accept the session's first MCS message.", "Negotiation and TLS had worked."},
    {0x00020008, "ERRCONNECT_TLS_CONNECT_FAILED", "The TLS handshake failed or its certificate was refused.",
     "It does not say which side ended the handshake."},
    {0x00020009, "ERRCONNECT_AUTHENTICATION_FAILED", "The user could not be authenticated."},
    {0x0002000A, "ERRCONNECT_INSUFFICIENT_PRIVILEGES", "The account may not log on through Remote Desktop.",
     "It is a missing right, not a wrong password."},
    {0x0002000B, "ERRCONNECT_CONNECT_CANCELLED", "The connection was cancelled on the client.",
     "It is not a fault of the host."},
    {0x0002000C, "ERRCONNECT_SECURITY_NEGO_CONNECT_FAILED",
     "Client and host did not agree on a security protocol, or the host closed during that step.",
     "It does not mean that a certificate is bad."},
    {0x0002000D, "ERRCONNECT_CONNECT_TRANSPORT_FAILED", "The connection broke off while it was set up.",
     "It does not say who closed it."},
    {0x0002000E, "ERRCONNECT_PASSWORD_EXPIRED", "The password has expired."},
    {0x0002000F, "ERRCONNECT_PASSWORD_CERTAINLY_EXPIRED",
     "The password has expired, and the host said so plainly."},
    {0x00020010, "ERRCONNECT_CLIENT_REVOKED", "The account or its Kerberos entry has been revoked."},
    {0x00020011, "ERRCONNECT_KDC_UNREACHABLE", "The Kerberos server could not be reached.",
     "The host's own port is not at fault."},
    {0x00020012, "ERRCONNECT_ACCOUNT_DISABLED", "The account is disabled."},
    {0x00020013, "ERRCONNECT_PASSWORD_MUST_CHANGE", "The password must be changed before this logon."},
    {0x00020014, "ERRCONNECT_LOGON_FAILURE", "The user name or the password was not accepted."},
    {0x00020015, "ERRCONNECT_WRONG_PASSWORD", "The password is wrong."},
    {0x00020016, "ERRCONNECT_ACCESS_DENIED", "The host denied access to this user."},
    {0x00020017, "ERRCONNECT_ACCOUNT_RESTRICTION",
     "The account may not log on in this way: a restriction applies to it.",
     "It does not mean a wrong password."},
    {0x00020018, "ERRCONNECT_ACCOUNT_LOCKED_OUT", "The account is locked after too many wrong passwords."},
    {0x00020019, "ERRCONNECT_ACCOUNT_EXPIRED", "The account has expired."},
    {0x0002001A, "ERRCONNECT_LOGON_TYPE_NOT_GRANTED",
     "The account lacks the right to log on to the host in this way."},
    {0x0002001B, "ERRCONNECT_NO_OR_MISSING_CREDENTIALS", "The client had no credentials to send."},
    {0x0002001C, "ERRCONNECT_ACTIVATION_TIMEOUT", "The session did not become active in time.",
     "Logging on had got further than the network and TLS."},
    {0x0002001D, "ERRCONNECT_TARGET_BOOTING", "The host is still starting."},
    {0x0002001E, "ERRCONNECT_HYBRID_REQUIRED_BY_SERVER",
     "The host demands Network Level Authentication and the client did not offer it."},
};
static_assert(well_formed(freerdp_codes));

inline constexpr Family freerdp{
    .id = "freerdp",
    .title = "FreeRDP connection error",
    .where = "logs of xfreerdp, Remmina and other clients built on FreeRDP",
    .source = "FreeRDP include/freerdp/error.h",
    .codes = freerdp_codes,
};

}  // namespace rdpdoctor::codes
