// Protocol selection as Windows hosts do it: the strongest that both sides have, [MS-RDPBCGR] 3.3.5.3.2.
#include "lab/negotiation.h"

namespace rdpdoctor::lab {
namespace {

// RDP_NEG_FAILURE failureCode, [MS-RDPBCGR] 2.2.1.2.2
constexpr std::uint32_t SSL_REQUIRED_BY_SERVER = 1;
constexpr std::uint32_t HYBRID_REQUIRED_BY_SERVER = 5;

constexpr std::uint8_t every_flag =
    wire::EXTENDED_CLIENT_DATA_SUPPORTED | wire::DYNVC_GFX_PROTOCOL_SUPPORTED | wire::NEGRSP_FLAG_RESERVED |
    wire::RESTRICTED_ADMIN_MODE_SUPPORTED | wire::REDIRECTED_AUTHENTICATION_MODE_SUPPORTED;

wire::ConnectionConfirm failure(std::uint32_t code) {
  return {wire::RdpNegFailure{code}};
}
wire::ConnectionConfirm selection(std::uint32_t protocol) {
  return {wire::RdpNegRsp{every_flag, protocol}};
}

std::uint32_t strongest(std::uint32_t common) {
  for (std::uint32_t protocol : {wire::PROTOCOL_HYBRID_EX, wire::PROTOCOL_HYBRID, wire::PROTOCOL_RDSTLS,
                                 wire::PROTOCOL_RDSAAD, wire::PROTOCOL_SSL}) {
    if ((common & protocol) != 0) return protocol;
  }
  return wire::PROTOCOL_RDP;
}

// A request without RDP_NEG_REQ gets a confirm without RDP_NEG_RSP.
wire::ConnectionConfirm rdp_security(const wire::ConnectionRequest& request) {
  return request.negotiation ? selection(wire::PROTOCOL_RDP) : wire::ConnectionConfirm{};
}

}  // namespace

wire::ConnectionConfirm answer_to(const wire::ConnectionRequest& request, const Behaviour& behaviour) {
  const std::uint32_t requested =
      request.negotiation ? request.negotiation->requested_protocols : wire::PROTOCOL_RDP;
  const bool rdp_alone = requested == wire::PROTOCOL_RDP;
  if (behaviour.failure && !(behaviour.failure_spares_rdp && rdp_alone)) return failure(*behaviour.failure);
  if (behaviour.confirm_without_negotiation) return {};
  std::uint32_t allowed = behaviour.protocols;
  if (behaviour.nla_enforced) allowed &= ~wire::PROTOCOL_SSL;
  const std::uint32_t chosen = strongest(requested & allowed);
  if (chosen != wire::PROTOCOL_RDP) return selection(chosen);
  if (behaviour.rdp_security && (rdp_alone || behaviour.protocols == 0)) return rdp_security(request);
  return failure(behaviour.nla_enforced ? HYBRID_REQUIRED_BY_SERVER : SSL_REQUIRED_BY_SERVER);
}

}  // namespace rdpdoctor::lab
