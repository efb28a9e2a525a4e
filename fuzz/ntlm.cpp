// NTLM's NEGOTIATE and CHALLENGE messages, raw and inside SPNEGO, and the probe's token that takes them.

#include "wire/ntlm.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  if (auto negotiate = wire::decode_ntlm_negotiate(bytes)) {
    auto again = wire::decode_ntlm_negotiate(wire::encode(*negotiate));
    expects(again && again->flags == negotiate->flags);
  }
  (void)wire::decode_ntlm_challenge(bytes);

  wire::NtlmProbeToken token;
  expects(token.step({}).token_out.has_value());
  (void)token.step(bytes);
  expects(token.challenge().has_value() != token.error().has_value());
}

}  // namespace rdpdoctor::fuzz
