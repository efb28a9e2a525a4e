// Disconnect reasons: what mstsc shows as "Error code". The named ones are those of the OnDisconnected page;
// the ones in plain words (kebab-case) have no published name and their meaning comes from support articles.
// A code has the shape (n << 8) | class, see class_of_disconnect.
#pragma once

#include "codes/table.h"

namespace rdpdoctor::codes {

inline constexpr std::string_view CREDENTIALS_NOT_NETWORK =
    "It is about credentials, not the network: NLA looks at them only after the host was reached and TLS "
    "worked.";

inline constexpr Code disconnect_codes[] = {
    {0x0, "disconnectReasonNoInfo", "The client recorded no reason.",
     "It does not mean that nothing went wrong."},
    {0x1, "disconnectReasonLocalNotError", "The session was closed on this client on purpose.",
     "It is not an error."},
    {0x2, "disconnectReasonRemoteByUser", "Someone on the host ended the session on purpose.",
     "It is not an error."},
    {0x3, "disconnectReasonByServer",
     "The host ended the session in an orderly way; the extended code says why.",
     "It is not by itself an error, and not a broken connection."},
    {0x104, "disconnectReasonDNSLookupFailed", "The host's name could not be resolved to an address.",
     "As an extended code the same number is a licence fault, so look at which field it stood in."},
    {0x106, "disconnectReasonOutOfMemory", "The client ran out of memory while connecting."},
    {0x108, "disconnectReasonConnectionTimedOut", "The host did not answer in time.",
     "It does not say whether the host is off, filtered or slow."},
    {0x10A, "smart-card-service-not-running", "The smart card service is not running on the client."},
    {0x204, "disconnectReasonSocketConnectFailed",
     "No TCP connection could be made: it was refused, unreachable or filtered.",
     "It has nothing to do with credentials or certificates: neither was reached."},
    {0x206, "disconnectReasonOutOfMemory2", "The client ran out of memory while connecting."},
    {0x208, "disconnectReasonHostNotFound", "The host could not be found under the name given."},
    {0x20A, "smart-card-no-reader", "The client found no smart card reader."},
    {0x304, "disconnectReasonWinsockSendFailed", "Sending on the connection failed after it had been made."},
    {0x306, "disconnectReasonOutOfMemory3", "The client ran out of memory while connecting."},
    {0x308, "disconnectReasonInvalidIPAddr", "The address given is not a usable IP address."},
    {0x30A, "smart-card-no-card", "No smart card was in the reader."},
    {0x404, "disconnectReasonSocketRecvFailed",
     "Receiving on the connection failed: typically a reset or a lost path.",
     "It does not say who reset the connection."},
    {0x406, "disconnectReasonInvalidSecurityData", "The host's security data could not be used."},
    {0x408, "disconnectReasonInternalError", "The client failed internally.",
     "It says nothing about the network."},
    {0x40A, "smart-card-subsystem-failed", "The smart card subsystem of the client reported an error."},
    {0x506, "disconnectReasonInvalidEncryption", "Host and client have no encryption method in common."},
    {0x508, "disconnectReasonDNSLookupFailed2", "The host's name could not be resolved to an address."},
    {0x604, "disconnectReasonGetHostByNameFailed",
     "The system's resolver gave no address for the host's name."},
    {0x606, "disconnectReasonInvalidServerSecurityInfo",
     "The host's security settings made no sense to the client."},
    {0x608, "disconnectReasonTimerError", "A timer of the client could not be set."},
    {0x704, "disconnectReasonTimeoutOccurred", "A step of the connection took too long."},
    {0x706, "disconnectReasonServerCertificateUnpackErr",
     "The certificate that the host sent inside the RDP protocol could not be decoded.",
     "It is about the old certificate of standard RDP security, probably not about the TLS certificate."},
    {0x708, "console-session-in-progress", "A session on the console is already being set up or in use."},
    {0x804, "disconnectReasonInvalidIP", "The address given is wrong."},
    {0x807, "SSL_ERR_LOGON_FAILURE", "The user name or the password was not accepted.",
     CREDENTIALS_NOT_NETWORK},
    {0x808, "disconnectReasonLicensingFailed", "Client and host could not agree on a licence."},
    {0x904, "disconnectReasonAtClientWinsockFDCLOSE",
     "The client saw its connection being closed before it expected that.",
     "It says nothing about certificates, credentials or licences by itself: the host, a forwarder or the "
     "path may have "
     "closed it."},
    {0x906, "disconnectReasonInternalSecurityError", "The client's security layer failed internally."},
    {0x907, "unexpected-server-certificate",
     "The certificate of the host is not the one that the client expected, as support articles describe it."},
    {0x908, "disconnectReasonLicensingTimeout", "The exchange about licences took too long."},
    {0xA06, "disconnectReasonInternalSecurityError2", "The client's security layer failed internally."},
    {0xA07, "SSL_ERR_NO_SUCH_USER", "There is no account with this user name.", CREDENTIALS_NOT_NETWORK},
    {0xB04, "transport-generic-error",
     "A general error of the connection, which support articles explain no further."},
    {0xB06, "disconnectReasonEncryptionError", "Data could not be encrypted."},
    {0xB07, "SSL_ERR_ACCOUNT_DISABLED", "The account is disabled.", CREDENTIALS_NOT_NETWORK},
    {0xB08, "UI_ERR_NORMAL_DISCONNECT",
     "The session was ended in the client's window, as client programs read it.", "It is not an error."},
    {0xB09, "host-requires-nla",
     "The host demands Network Level Authentication and the client did not offer it.",
     "It is a mismatch of settings, so reinstalling certificates does not help."},
    {0xC06, "disconnectReasonDecryptionError", "Data from the host could not be decrypted."},
    {0xC07, "SSL_ERR_ACCOUNT_RESTRICTION",
     "The account may not log on in this way: a restriction applies to it.",
     "It does not mean a wrong password; a blank password, Restricted Admin or Protected Users are usual "
     "reasons."},
    {0xC08, "disconnectReasonClientDecompressionError", "Data from the host could not be decompressed."},
    {0xD07, "SSL_ERR_ACCOUNT_LOCKED_OUT", "The account is locked after too many wrong passwords.",
     CREDENTIALS_NOT_NETWORK},
    {0xD09, "typed-password-required",
     "A policy of the client wants the password typed on the host, and the host can't take it that way."},
    {0xE06, "fips-not-supported", "The host demands FIPS encryption, which this client does not support."},
    {0xE07, "SSL_ERR_ACCOUNT_EXPIRED", "The account has expired.", CREDENTIALS_NOT_NETWORK},
    {0xE08, "reconnect-failed", "The client could not get back into the session."},
    {0xE09, "restricted-admin-not-supported",
     "The host does not support Restricted Admin, which the client asked for."},
    {0xF07, "SSL_ERR_PASSWORD_EXPIRED", "The password has expired.", CREDENTIALS_NOT_NETWORK},
    {0xF08, "credentials-may-not-be-sent",
     "A delegation policy of the client forbids sending credentials to this host."},
    {0x1007, "logon-hours", "The account may not log on at this time of day."},
    {0x1008, "low-video-resources", "The client has too little video memory for this session."},
    {0x1107, "workstation-restriction", "The account may not log on from or to this computer."},
    {0x1207, "SSL_ERR_PASSWORD_MUST_CHANGE", "The password must be changed before the first logon.",
     CREDENTIALS_NOT_NETWORK},
    {0x1307, "logon-type-not-granted", "The account lacks the right to log on to the host in this way.",
     "The password was right, and the network is not at fault."},
    {0x1407, "kerberos-user-to-user-required", "Kerberos needs the user-to-user form for this host."},
    {0x1607, "SSL_ERR_DELEGATION_POLICY", "Policy does not allow credentials to be delegated to this host."},
    {0x1707, "SSL_ERR_POLICY_NTLM_ONLY",
     "Credentials may only be delegated with mutual authentication, and only NTLM was possible.",
     "It often comes from connecting by address or alias, where Kerberos can't work."},
    {0x1807, "SSL_ERR_NO_AUTHENTICATING_AUTHORITY",
     "No domain controller could be asked: its name is wrong, it is unreachable or the trust is broken.",
     "The Remote Desktop port of the host is not at fault."},
    {0x1B07, "SSL_ERR_CERT_EXPIRED", "A certificate has expired, or a clock is wrong.",
     "Check the clocks before replacing a certificate."},
    {0x1C07, "SSL_ERR_SMARTCARD_WRONG_PIN", "The PIN for the smart card was wrong."},
    {0x1D07, "time-difference",
     "The clocks of client and host, or of the domain controller, are too far apart."},
    {0x2107, "SSL_ERR_FRESH_CRED_REQUIRED_BY_SERVER",
     "The host refuses saved credentials; they must be typed in for each connection."},
    {0x2207, "SSL_ERR_SMARTCARD_CARD_BLOCKED", "The smart card is blocked."},
    {0x2507, "remoteapp-reconnect-failed",
     "The client could not reconnect its RemoteApp programs by itself."},
    {0x2604, "version-mismatch", "Client and host speak versions that do not fit together."},
    {0x2000001, "remoteapp-reconnecting", "The client is reconnecting to RemoteApp programs."},
    {0x2000002, "remoteapp-not-on-host", "The host does not offer RemoteApp programs."},
};
static_assert(well_formed(disconnect_codes));

inline constexpr Family disconnect{
    .id = "disconnect",
    .title = "disconnect reason (mstsc's \"Error code\")",
    .where =
        "\"Error code\" in the message of mstsc; the same numbers in the Windows App and the clients for "
        "macOS, iOS "
        "and Android, and as Reason in the client's events",
    .source =
        "IMsTscAxEvents::OnDisconnected (Microsoft Learn); codes in plain words: TechNet wiki 37870 and "
        "Rackspace's "
        "list, read at copies; 0xB08: mRemoteNG",
    .codes = disconnect_codes,
};

}  // namespace rdpdoctor::codes
