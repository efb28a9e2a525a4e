// MCS as Remote Desktop uses it: T.125 Connect Initial and Connect Response (BER), and the domain PDUs (PER).
// [MS-RDPBCGR] 2.2.1.3 to 2.2.1.9. All take or give the user data of the X.224 Data TPDU.
#pragma once

#include <optional>

#include "base/error.h"

namespace rdpdoctor::wire {

struct McsConnectInitial {
  Bytes user_data;  // GCC Conference Create Request, see gcc.h
};
struct McsConnectResponse {
  std::uint32_t result = 0;  // 0 rt-successful
  Bytes user_data;           // GCC Conference Create Response
};

enum class McsPdu { connect_initial, connect_response, domain };
// Told by the first byte.
[[nodiscard]] McsPdu mcs_pdu(View data);

[[nodiscard]] Decoded<McsConnectInitial> decode_connect_initial(View data);
[[nodiscard]] Decoded<McsConnectResponse> decode_connect_response(View data);
[[nodiscard]] Bytes encode(const McsConnectInitial& initial);
[[nodiscard]] Bytes encode(const McsConnectResponse& response);

// DomainMCSPDU, T.125 7: the choices that Remote Desktop uses; any number is kept.
enum class McsChoice : std::uint8_t {
  erect_domain_request = 1,
  disconnect_provider_ultimatum = 8,
  attach_user_request = 10,
  attach_user_confirm = 11,
  channel_join_request = 14,
  channel_join_confirm = 15,
  send_data_request = 25,
  send_data_indication = 26,
};

struct McsDomainPdu {
  McsChoice choice = McsChoice::erect_domain_request;
  std::uint8_t reason = 0;      // Disconnect Provider Ultimatum
  std::uint8_t result = 0;      // attach user confirm, channel join confirm
  std::uint16_t initiator = 0;  // the user's channel, 1001 and above; where the PDU has one
  std::uint16_t channel = 0;    // channel join, send data
  View user_data;               // send data; borrowed from what was decoded
};
[[nodiscard]] Decoded<McsDomainPdu> decode_mcs_domain_pdu(View data);
// REQUIRES: user_data below 16384 bytes, initiator at least 1001 where there is one.
[[nodiscard]] Bytes encode(const McsDomainPdu& pdu);

}  // namespace rdpdoctor::wire
