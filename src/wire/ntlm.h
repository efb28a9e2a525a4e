// NTLM messages as far as no credentials are needed: [MS-NLMP] 2.2.1.1 NEGOTIATE_MESSAGE, 2.2.1.2 CHALLENGE_MESSAGE,
// 2.2.2.1 AV_PAIR, 2.2.2.10 VERSION.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "wire/security_token.h"

namespace rdpdoctor::wire {

struct NtlmVersion {
  std::uint8_t major = 0;
  std::uint8_t minor = 0;
  std::uint16_t build = 0;
};

struct NtlmNegotiate {
  std::uint32_t flags = 0;
  std::optional<NtlmVersion> version;
};

struct NtlmChallenge {
  std::uint32_t flags = 0;
  std::string target_name;
  std::string netbios_computer_name;  // MsvAvNbComputerName; names are "" when not sent
  std::string netbios_domain_name;
  std::string dns_computer_name;
  std::string dns_domain_name;
  std::string dns_tree_name;
  std::optional<Instant> timestamp;  // MsvAvTimestamp: the host's own clock
  std::optional<NtlmVersion> version;
  std::vector<std::uint16_t> unknown_av_ids;
};

[[nodiscard]] Bytes encode(const NtlmNegotiate& message);
[[nodiscard]] Bytes encode(const NtlmChallenge& message);  // server challenge bytes are zero: for the lab only
[[nodiscard]] Decoded<NtlmNegotiate> decode_ntlm_negotiate(View bytes);
// Accepts the message raw or inside a SPNEGO NegTokenResp (found by its NTLMSSP signature).
[[nodiscard]] Decoded<NtlmChallenge> decode_ntlm_challenge(View bytes);

// Asks for a challenge and stops there: the probe without credentials. challenge() is set after step two.
class NtlmProbeToken : public SecurityToken {
 public:
  [[nodiscard]] TokenStep step(View token_in) override;
  [[nodiscard]] const std::optional<NtlmChallenge>& challenge() const { return challenge_; }
  [[nodiscard]] const std::optional<DecodeError>& error() const { return error_; }

 private:
  bool asked_ = false;
  std::optional<NtlmChallenge> challenge_;
  std::optional<DecodeError> error_;
};

}  // namespace rdpdoctor::wire
