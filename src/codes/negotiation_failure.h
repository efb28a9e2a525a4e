// RDP_NEG_FAILURE failureCode: the host's answer to the very first packet, [MS-RDPBCGR] 2.2.1.2.2.
#pragma once

#include "codes/table.h"

namespace rdpdoctor::codes {

inline constexpr Code negotiation_failure_codes[] = {
    {1, "SSL_REQUIRED_BY_SERVER", "The host demands TLS and was not offered it (or supports TLS but no NLA).",
     "It says nothing about the certificate."},
    {2, "SSL_NOT_ALLOWED_BY_SERVER",
     "The host only does standard RDP security: TLS and NLA are turned off on it.",
     "It does not mean that a firewall blocks TLS."},
    {3, "SSL_CERT_NOT_ON_SERVER", "The host has no certificate that it could use for TLS.",
     "It is not about what the client trusts: the host itself has nothing to show."},
    {4, "INCONSISTENT_FLAGS",
     "The client asked for something else than the security that is already in effect.",
     "A host can only mean it for a connection that began with TLS at once."},
    {5, "HYBRID_REQUIRED_BY_SERVER", "The host demands Network Level Authentication and was not offered it.",
     "To a client or scanner that offers no NLA a healthy host answers exactly this."},
    {6, "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER", "The host demands TLS with a certificate of the client."},
};
static_assert(well_formed(negotiation_failure_codes));

inline constexpr Family negotiation_failure{
    .id = "negotiation-failure",
    .title = "RDP negotiation failure",
    .where = "in the host's first answer, before TLS: captures, probes, logs of clients",
    .source = "[MS-RDPBCGR] 2.2.1.2.2",
    .codes = negotiation_failure_codes,
};

}  // namespace rdpdoctor::codes
