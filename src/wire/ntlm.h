// NTLM messages as far as no credentials are needed: [MS-NLMP] 2.2.1.1 NEGOTIATE_MESSAGE, 2.2.1.2
// CHALLENGE_MESSAGE, 2.2.2.1 AV_PAIR, 2.2.2.10 VERSION.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "wire/security_token.h"

namespace rdpdoctor::wire {

// NegotiateFlags, [MS-NLMP] 2.2.2.5
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_UNICODE = 0x00000001;
inline constexpr std::uint32_t NTLMSSP_REQUEST_TARGET = 0x00000004;
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_SIGN = 0x00000010;
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_SEAL = 0x00000020;
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_NTLM = 0x00000200;
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_ALWAYS_SIGN = 0x00008000;
inline constexpr std::uint32_t NTLMSSP_TARGET_TYPE_SERVER = 0x00020000;
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY = 0x00080000;
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_TARGET_INFO = 0x00800000;
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_VERSION = 0x02000000;
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_128 = 0x20000000;
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_KEY_EXCH = 0x40000000;
inline constexpr std::uint32_t NTLMSSP_NEGOTIATE_56 = 0x80000000;

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

// Both set or clear the VERSION flag as `version` says; the challenge always says UNICODE and TARGET_INFO.
[[nodiscard]] Bytes encode(const NtlmNegotiate& message);
[[nodiscard]] Bytes encode(
    const NtlmChallenge& message);  // server challenge bytes are zero: for the lab only
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
