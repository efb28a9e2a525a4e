// One text per sign, as somebody would paste it: the test reads each and finds its sign. The sentences of
// dialogs are shortened to what a person quotes.
#pragma once

#include <string_view>
#include <utility>

namespace rdpdoctor::analyze {

inline constexpr std::pair<std::string_view, std::string_view> sign_examples[] = {
    {"mstsc-internal-error", "Remote Desktop Connection: An internal error has occurred."},
    {"mstsc-three-reasons",
     "Remote Desktop can't connect to the remote computer for one of these reasons:\n1) Remote access to the "
     "server is not enabled\n2) The remote computer is turned off\n3) The remote computer is not available "
     "on the network"},
    {"mstsc-connection-lost",
     "Your Remote Desktop Services session has ended. The connection to the remote computer was lost, "
     "possibly due to network connectivity problems."},
    {"mstsc-time-allotted", "The two computers couldn't connect in the amount of time allotted."},
    {"mstsc-name-not-found",
     "Remote Desktop can't find the computer \"SRV-FIN-02\". This might mean that SRV-FIN-02 does not belong "
     "to the specified network."},
    {"mstsc-invalid-name",
     "The specified computer name contains invalid characters. Please verify the name and try again."},
    {"mstsc-security-error",
     "Because of a security error, the client could not connect to the remote computer. Verify that you are "
     "logged on to the network."},
    {"mstsc-protocol-error",
     "Because of a protocol error, this session will be disconnected. Please try connecting to the remote "
     "computer again."},
    {"mstsc-data-encryption", "Because of an error in data encryption, this session will end."},
    {"mstsc-busy",
     "The task you are trying to do can't be completed because Remote Desktop Services is currently busy."},
    {"mstsc-version",
     "Client and server versions do not match. Please upgrade your client software and then try connecting "
     "again."},
    {"mstsc-fips", "The client can't connect because it doesn't support FIPS encryption level."},
    {"mstsc-low-memory",
     "The remote session was disconnected because your computer is running low on video resources."},
    {"mstsc-smart-card",
     "The smart card service is not running. Please start the smart card service and try again."},
    {"mstsc-certificate-expired",
     "Remote Desktop cannot connect to the remote computer because the authentication certificate received "
     "from the remote computer is expired or invalid."},
    {"mstsc-time-difference",
     "Remote Desktop cannot verify the identity of the remote computer because there is a time or date "
     "difference between your computer and the remote computer."},
    {"mstsc-identity",
     "The identity of the remote computer cannot be verified. Do you want to connect anyway?"},
    {"mstsc-certificate-name",
     "The name on the security certificate is invalid or does not match the name of the site."},
    {"mstsc-certificate-authority",
     "Certificate errors: The certificate is not from a trusted certifying authority."},
    {"mstsc-certificate-unexpected",
     "The connection has been terminated because an unexpected server authentication certificate was "
     "received from the remote computer."},
    {"mstsc-revocation", "A revocation check could not be performed for the certificate."},
    {"mstsc-credssp-oracle",
     "An authentication error has occurred. The function requested is not supported. This could be due to "
     "CredSSP encryption oracle remediation."},
    {"mstsc-function-not-supported",
     "An authentication error has occurred. The function requested is not supported. Remote computer: "
     "srv-fin-02"},
    {"mstsc-authentication-error", "An authentication error has occurred. Remote computer: srv-fin-02"},
    {"mstsc-lsa", "An authentication error has occurred. The Local Security Authority cannot be contacted."},
    {"mstsc-nla-required",
     "The remote computer requires Network Level Authentication, which your computer does not support."},
    {"mstsc-nla-no-domain-controller",
     "The remote computer that you are trying to connect to requires Network Level Authentication (NLA), but "
     "your Windows domain controller cannot be contacted to perform NLA."},
    {"mstsc-saved-credentials",
     "Your system administrator does not allow the use of saved credentials to log on to the remote computer "
     "because its identity is not fully verified."},
    {"mstsc-user-to-user", "The Kerberos sub-protocol User2User is required."},
    {"mstsc-target-principal", "The target principal name is incorrect."},
    {"mstsc-kdc-encryption", "The encryption type requested is not supported by the KDC."},
    {"mstsc-no-credentials", "No credentials are available in the security package"},
    {"mstsc-common-algorithm",
     "The client and server cannot communicate, because they do not possess a common algorithm."},
    {"mstsc-message-altered", "The message or signature supplied for verification has been altered."},
    {"mstsc-invalid-token", "The token supplied to the function is invalid."},
    {"mstsc-restricted-admin", "The remote PC doesn't support Restricted Administration mode."},
    {"logon-failed",
     "Your credentials did not work. The credentials that were used to connect to srv-fin-02 did not work. "
     "The logon attempt failed"},
    {"account-restriction",
     "A user account restriction (for example, a time-of-day restriction) is preventing you from logging "
     "on."},
    {"account-hours", "The system administrator has restricted the times during which you may log in."},
    {"account-workstations", "The system administrator has limited the computers you can log on with."},
    {"account-logon-type",
     "The system administrator has restricted the types of logon (network or interactive) that you may use."},
    {"account-not-authorized",
     "The connection was denied because the user account is not authorized for remote login."},
    {"sign-in-method",
     "The sign-in method you're trying to use isn't allowed. Try a different sign-in method or contact your "
     "system administrator."},
    {"account-disabled", "The user account is currently disabled and cannot be used."},
    {"account-locked",
     "As a security precaution, the user account has been locked because there were too many logon attempts "
     "or password change attempts."},
    {"account-expired", "This user account has expired. For assistance, contact your system administrator."},
    {"password-expired",
     "This user account's password has expired. The password must change in order to logon."},
    {"access-denied-by-server",
     "guacd[12]: INFO: RDP server closed/refused connection: Access denied by server (account "
     "locked/disabled?)"},
    {"no-logon-servers", "There are currently no logon servers available to service the logon request."},
    {"trust-broken", "The trust relationship between this workstation and the primary domain failed."},
    {"profile-failed", "The User Profile Service failed the sign-in. User profile cannot be loaded."},
    {"duplicate-sid",
     "There is a partial mismatch in the machine ID. This indicates that the ticket has either been "
     "manipulated or it belongs to a different boot session."},
    {"licence-server-missing",
     "The remote session was disconnected because there are no Remote Desktop License Servers available to "
     "provide a license."},
    {"licence-missing",
     "The remote session was disconnected because there are no Remote Desktop client access licenses "
     "available for this computer."},
    {"licence-protocol",
     "The remote computer disconnected the session because of an error in the licensing protocol."},
    {"too-many-connections", "The terminal server has exceeded the maximum number of allowed connections."},
    {"no-resources",
     "We couldn't connect because there are currently no available resources. Try again later or contact "
     "tech support for help if this keeps happening."},
    {"logons-disabled", "Remote logins are currently disabled."},
    {"other-user",
     "Another user connected to the remote computer, so your connection was lost. Try connecting again."},
    {"idle-limit",
     "The remote session ended because the idle timeout limit was reached. This limit is set by the server "
     "administrator."},
    {"ended-by-administrator",
     "The remote session to the remote computer was ended by means of an administration tool."},
    {"black-screen", "After logging in we only get a black screen with the mouse cursor."},
    {"session-freezes", "The RDP session freezes after about a minute, reconnecting helps."},
    {"farm-member",
     "Remote Desktop Connection Broker is not ready: destination CONTOSO-POOL could not be found by the "
     "connection broker."},
    {"decompression",
     "The remote session was disconnected because of a decompression failure at the client side."},
    {"activation-timeout", "[ERROR][com.freerdp.core] - Timeout waiting for activation"},
    {"gateway-address",
     "Your computer can't connect to the remote computer because the Remote Desktop Gateway server address "
     "is unreachable or incorrect."},
    {"gateway-certificate",
     "This computer can't verify the identity of the RD Gateway \"gw.contoso.example\". It's not safe to "
     "connect to servers that can't be identified."},
    {"gateway-resource-policy",
     "1) Your user account is not listed in the RD Gateway's permission list 2) You might have specified the "
     "remote computer in NetBIOS format"},
    {"gateway-connection-policy",
     "1) Your user account is not authorized to access the RD Gateway \"gw\" 2) Your computer is not "
     "authorized to access the RD Gateway \"gw\""},
    {"gateway-full",
     "Your computer can't connect to the remote computer because the Remote Desktop Gateway server reached "
     "its maximum allowed connections."},
    {"gateway-proxy",
     "Your computer can't connect to the remote computer because the web proxy server requires "
     "authentication."},
    {"gateway-transport", "An error occurred while receiving data from the Remote Desktop Gateway server."},
    {"gateway-token", "The gateway rejected the connection: PAA cookie is not valid."},
    {"gateway-host-behind",
     "Your computer can't connect to the remote computer because an error occurred on the remote computer "
     "that you want to connect to."},
    {"gateway-credentials",
     "[ERROR][com.freerdp.core.gateway.rdg] - Unexpected HTTP_STATUS_DENIED from the gateway"},
    {"read-reset",
     "[ERROR][com.freerdp.core.transport] - BIO_read returned a system error 104: Connection reset by peer"},
    {"read-closed", "[ERROR][com.freerdp.core.transport] - BIO_read returned a system error 0: Success"},
    {"connect-refused", "[ERROR][com.freerdp.core] - failed to connect to 10.0.0.5:3389: Connection refused"},
    {"connect-timeout", "freerdp_tcp_connect: Connection timed out"},
    {"no-route", "couldn't connect to srv-fin-02.contoso.example: No route to host"},
    {"connect-failed", "[ERROR][com.freerdp.core] - [freerdp_tcp_connect]: failed to connect to 10.0.0.5"},
    {"name-lookup-failed", "getaddrinfo: Name or service not known"},
    {"negotiation-failed", "[ERROR][com.freerdp.core.nego] - Protocol Security Negotiation Failure"},
    {"freerdp-server-refused",
     "guacd[14247]: RDP server closed/refused connection: Server refused connection (wrong security type?)"},
    {"tls-handshake-failed",
     "[ERROR][com.freerdp.crypto] - [freerdp_tls_handshake]: BIO_do_handshake failed"},
    {"openssl-version", "error:0A000102:SSL routines::unsupported protocol"},
    {"openssl-cipher", "error:0A00018A:SSL routines::dh key too small"},
    {"openssl-weak-certificate", "error:0A00018E:SSL routines::ca md too weak"},
    {"openssl-not-tls", "error:0A00010B:SSL routines::wrong version number"},
    {"certificate-refused", "guacd[31120]: Certificate validation failed"},
    {"certificate-changed", "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @"},
    {"nla-failed", "[ERROR][com.freerdp.core.nla] - nla_recv_pdu: STATUS of the server follows"},
    {"kerberos-failed",
     "kerberos_AcquireCredentialsHandle: krb5_get_init_creds_password (Cannot contact any KDC for realm "
     "'CONTOSO.EXAMPLE')"},
    {"kerberos-clock", "krb5_get_init_creds_password (Clock skew too great)"},
    {"mic-failed", "ntlm_read_AuthenticateMessage: MIC verification failed!"},
    {"option-unknown", "[ERROR][com.winpr.commandline] - Failed at index 3 [/sec-tls]: Unexpected keyword"},
    {"no-protocol-enabled", "[ERROR][com.freerdp.core.nego] - No security protocol is enabled"},
    {"entra-token", "[ERROR][com.freerdp.core.aad] - aad_client_begin: failed to get AAD access token"},
    {"xrdp-key-unreadable",
     "[20180718-19:22:15] [ERROR] Cannot read private key file /etc/xrdp/key.pem: Permission denied"},
    {"xrdp-tls-accept", "[ERROR] ssl_tls_accept: SSL_accept failed"},
    {"xrdp-client-left",
     "[ERROR] libxrdp_force_read: header read error\n[ERROR] Processing [ITU-T T.125] Connect-Initial "
     "failed"},
    {"xrdp-login-failed", "[20240212-19:37:41] [INFO ] login failed for user: minime"},
    {"xrdp-sesman", "[ERROR] Error connecting to sesman: 127.0.0.1 port: 3350"},
    {"xrdp-session-ended",
     "[WARN ] Window manager (pid 2345, display 10) exited quickly (0 secs). This could indicate a window "
     "manager config problem"},
    {"guacd-home",
     "FreeRDP initialization may fail: The current user's home directory (\"/usr/sbin\") is not writable, "
     "but FreeRDP generally requires a writable home directory"},
    {"gnome-only-nla", "[ERROR][com.freerdp.core.connection] - server supports only NLA Security"},
    {"server-denied", "The \"srv-fin-02\" server refused the connection."},
    {"login-limit", "[ERROR] listening on port 3389 failed: Address already in use (3389)"},
    {"event-36870",
     "Event ID 36870: A fatal error occurred when attempting to access the TLS server credential private "
     "key."},
    {"event-36871",
     "Schannel 36871: A fatal error occurred while creating a TLS client credential. The internal error "
     "state is 10013."},
    {"event-36874",
     "An TLS 1.2 connection request was received from a remote client application, but none of the cipher "
     "suites supported by the client application are supported by the server."},
    {"event-36882",
     "The certificate received from the remote server was issued by an untrusted certificate authority."},
    {"event-36886", "No suitable default server credential exists on this system."},
    {"event-36888",
     "A fatal alert was generated and sent to the remote endpoint. This may result in termination of the "
     "connection."},
    {"event-1057",
     "The RD Session Host Server has failed to create a new self signed certificate to be used for RD "
     "Session Host Server authentication on SSL connections."},
    {"event-1058",
     "The RD Session Host Server has failed to replace the expired self signed certificate used for RD "
     "Session Host Server authentication on SSL connections."},
    {"event-1055",
     "The RD Session Host Server is configured to use a certificate but is unable to access the private key "
     "associated with this certificate."},
    {"event-1051",
     "The RD Session Host Server is configured to use a certificate that is expired. The default certificate "
     "will be used."},
    {"event-1064",
     "The RD Session Host server cannot install a new template-based certificate to be used for Transport "
     "Layer Security (TLS)."},
    {"event-1006",
     "The RD Session Host server received large number of incomplete connections. The system may be under "
     "attack."},
    {"event-termdd",
     "The Terminal Server security layer detected an error in the protocol stream and has disconnected the "
     "client. Client IP: 203.0.113.7."},
    {"event-5719",
     "NETLOGON 5719: This computer was not able to set up a secure session with a domain controller in "
     "domain CONTOSO."},
    {"event-6167", "Event ID 6167, source LsaSrv"},
    {"event-4625", "Event ID 4625: An account failed to log on."},
    {"event-226",
     "RDPClient_SSL: An error was encountered when transitioning from TsSslStateHandshakeStart to "
     "TsSslStateDisconnected in response to TsSslEventHandshakeFailed"},
    {"event-1104", "The client failed to establish the multi-transport connection."},
};

}  // namespace rdpdoctor::analyze
