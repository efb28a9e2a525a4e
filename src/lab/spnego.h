// Just enough of SPNEGO (RFC 4178 4.2) to answer a client that wraps its NTLM messages in it.
#pragma once

#include "base/bytes.h"

namespace rdpdoctor::lab {

// Whether a security token is a NegTokenInit or NegTokenResp, told by its first byte.
[[nodiscard]] bool is_spnego(View token);
// From the NTLMSSP signature on, wherever it stands in the token; empty if it is not there.
[[nodiscard]] View ntlm_message_in(View token);
// NegTokenResp: accept-incomplete, NTLM as the mechanism, this response token (none if empty).
// REQUIRES: response.size() <= 60000.
[[nodiscard]] Bytes neg_token_response(View response);

}  // namespace rdpdoctor::lab
