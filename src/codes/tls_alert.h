// TLS alert descriptions: RFC 8446 6, RFC 5246 7.2 and the IANA registry. Which Schannel error an alert
// becomes on Windows is in schannel.h.
#pragma once

#include "codes/table.h"

namespace rdpdoctor::codes {

inline constexpr Code tls_alert_codes[] = {
    {0, "close_notify", "The peer closes the TLS connection in an orderly way.", "It is not an error."},
    {10, "unexpected_message", "A message came that had no place at this point."},
    {20, "bad_record_mac",
     "A record could not be authenticated: it was changed on the way or the keys differ."},
    {21, "decryption_failed", "A record could not be decrypted (retired; old versions only)."},
    {22, "record_overflow", "A record was longer than allowed."},
    {30, "decompression_failure", "A record could not be decompressed (retired)."},
    {40, "handshake_failure",
     "The peer found nothing acceptable in what was offered, or gave up the handshake.",
     "It does not by itself mean a cipher mismatch: a host that can't use its key may send it as well."},
    {41, "no_certificate", "There was no certificate to send (SSL 3.0 only)."},
    {42, "bad_certificate", "A certificate was damaged or its signature did not verify."},
    {43, "unsupported_certificate", "A certificate is of a kind that the peer does not support."},
    {44, "certificate_revoked", "A certificate has been revoked by its issuer."},
    {45, "certificate_expired", "A certificate has expired or is not valid yet.",
     "The sender of the alert judged the certificate of the other side, so see who sent it."},
    {46, "certificate_unknown", "A certificate was not accepted for a reason that has no alert of its own."},
    {47, "illegal_parameter", "A field had a value that is not allowed or does not fit the others."},
    {48, "unknown_ca", "The issuer of a certificate is not known or not trusted by the peer."},
    {49, "access_denied", "The certificate is valid but its owner is not let in."},
    {50, "decode_error", "A message could not be parsed."},
    {51, "decrypt_error", "A signature or the Finished message of the handshake did not verify."},
    {52, "too_many_cids_requested", "The peer asked for too many connection ids (DTLS 1.3)."},
    {60, "export_restriction", "Export rules were not followed (retired)."},
    {70, "protocol_version", "The peer does not accept the TLS version that was offered.",
     "It is not about the certificate or the cipher suites."},
    {71, "insufficient_security", "The peer wants stronger cipher suites than were offered."},
    {80, "internal_error", "The peer failed for a reason of its own, unrelated to what was sent.",
     "The fault is on the side that sent it; on a Windows host a key that can't be used is one possible "
     "reason."},
    {86, "inappropriate_fallback", "The client retried with a lower version than both sides support."},
    {90, "user_canceled", "The handshake was cancelled for a reason outside the protocol."},
    {100, "no_renegotiation", "The peer does not renegotiate (TLS 1.2 and older)."},
    {109, "missing_extension", "An extension that is required was not sent."},
    {110, "unsupported_extension", "An extension came that was not asked for or not allowed there."},
    {111, "certificate_unobtainable", "A certificate could not be fetched from the address given (retired)."},
    {112, "unrecognized_name", "The peer has nothing for the server name that was asked for (SNI).",
     "Remote Desktop is not known to choose by that name: something else probably answers on this port."},
    {113, "bad_certificate_status_response", "The stapled answer about revocation was not acceptable."},
    {114, "bad_certificate_hash_value", "A fetched certificate did not have the announced hash (retired)."},
    {115, "unknown_psk_identity", "The peer does not know the pre-shared key."},
    {116, "certificate_required", "The peer wants a client certificate and got none."},
    {117, "general_error", "The handshake failed for a reason that the peer does not want to name."},
    {120, "no_application_protocol", "The peers share no application protocol (ALPN)."},
    {121, "ech_required", "The peer wants the encrypted form of the ClientHello."},
};
static_assert(well_formed(tls_alert_codes));

inline constexpr Family tls_alert{
    .id = "tls-alert",
    .title = "TLS alert",
    .where = "on the wire in a handshake that failed; Schannel events 36887 (received) and 36888 (sent)",
    .source = "RFC 8446 6, RFC 5246 7.2, IANA TLS Alerts registry",
    .codes = tls_alert_codes,
};

}  // namespace rdpdoctor::codes
