// TSRequests taken apart, and the answers to the NTLM messages in them.
#include "lab/nla_server.h"

#include "lab/spnego.h"
#include "wire/credssp.h"
#include "wire/ntlm.h"

namespace rdpdoctor::lab {
namespace {

constexpr std::uint32_t STATUS_LOGON_FAILURE = 0xC000006D;
constexpr std::uint32_t first_version_with_errors = 3;  // [MS-CSSP] 2.2.1 errorCode
constexpr std::uint32_t authenticate_message = 3;       // [MS-NLMP] 2.2.1.3
constexpr wire::NtlmVersion server_2022{10, 0, 20348};

// What a client may ask of us; the rest a Windows host grants without being asked.
constexpr std::uint32_t granted_if_asked = wire::NTLMSSP_NEGOTIATE_SIGN | wire::NTLMSSP_NEGOTIATE_SEAL |
                                           wire::NTLMSSP_NEGOTIATE_ALWAYS_SIGN | wire::NTLMSSP_NEGOTIATE_128 |
                                           wire::NTLMSSP_NEGOTIATE_KEY_EXCH | wire::NTLMSSP_NEGOTIATE_56;
constexpr std::uint32_t always_granted = wire::NTLMSSP_NEGOTIATE_UNICODE | wire::NTLMSSP_REQUEST_TARGET |
                                         wire::NTLMSSP_NEGOTIATE_NTLM | wire::NTLMSSP_TARGET_TYPE_SERVER |
                                         wire::NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY |
                                         wire::NTLMSSP_NEGOTIATE_TARGET_INFO;

bool is_authenticate(View ntlm) {
  Reader r(ntlm);
  r.skip(8, "Signature");
  return r.u32le("MessageType") == authenticate_message && r.ok();
}

}  // namespace

NlaServer::Answer NlaServer::received(View plain, Instant clock) {
  buffer_.insert(buffer_.end(), plain.begin(), plain.end());
  Answer all;
  while (all.leave == Leave::go_on) {
    const auto size = wire::ts_request_size(buffer_);
    if (!size) {
      all.leave = Leave::fin;
      break;
    }
    if (!*size || buffer_.size() < **size) break;
    Answer one = answer_to(View(buffer_).first(**size), clock);
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(**size));
    all.plain.insert(all.plain.end(), one.plain.begin(), one.plain.end());
    all.leave = one.leave;
  }
  if (all.leave != Leave::go_on) buffer_ = {};
  return all;
}

NlaServer::Answer NlaServer::answer_to(View message, Instant clock) {
  if (first_ && behaviour_.at_token != Leave::go_on) return {{}, behaviour_.at_token};
  if (first_ && behaviour_.token_error) return refusal(*behaviour_.token_error);
  first_ = false;
  const auto request = wire::decode_ts_request(message);
  if (!request || request->nego_tokens.empty()) return {{}, Leave::fin};
  return answer_to_token(request->nego_tokens.front(), clock);
}

NlaServer::Answer NlaServer::answer_to_token(View token, Instant clock) const {
  const View ntlm = ntlm_message_in(token);
  if (is_authenticate(ntlm)) return refusal(STATUS_LOGON_FAILURE);
  wire::TsRequest answer{.version = behaviour_.credssp_version};
  if (const auto negotiate = wire::decode_ntlm_negotiate(ntlm)) {
    wire::NtlmChallenge message{.flags = always_granted | (negotiate->flags & granted_if_asked),
                                .target_name = "LAB-HOST",
                                .netbios_computer_name = "LAB-HOST",
                                .netbios_domain_name = "LAB-HOST",
                                .dns_computer_name = "lab-host.lab.example",
                                .dns_domain_name = "lab-host.lab.example",
                                .dns_tree_name = "",
                                .timestamp = Instant{clock.ms + behaviour_.clock_offset_s * 1000},
                                .version = server_2022,
                                .unknown_av_ids = {}};
    const Bytes challenge = wire::encode(message);
    answer.nego_tokens.push_back(is_spnego(token) ? neg_token_response(challenge) : challenge);
  } else if (is_spnego(token)) {
    // Its first choice is a mechanism that we lack (Kerberos): ask for NTLM. RFC 4178 4.2.2
    answer.nego_tokens.push_back(neg_token_response({}));
  } else {
    return {{}, Leave::fin};
  }
  return {wire::encode(answer), Leave::go_on};
}

NlaServer::Answer NlaServer::refusal(std::uint32_t error_code) const {
  if (behaviour_.credssp_version < first_version_with_errors) return {{}, Leave::fin};
  wire::TsRequest answer{.version = behaviour_.credssp_version, .error_code = error_code};
  return {wire::encode(answer), Leave::fin};
}

}  // namespace rdpdoctor::lab
