// X.224 connection request and confirm with RDP negotiation: [MS-RDPBCGR] 2.2.1.1 and 2.2.1.2.
// All functions take or give the TPKT payload, without the four-byte tpktHeader.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/error.h"

namespace rdpdoctor::wire {

// requestedProtocols / selectedProtocol bits, [MS-RDPBCGR] 2.2.1.1.1
inline constexpr std::uint32_t PROTOCOL_RDP = 0x00000000;
inline constexpr std::uint32_t PROTOCOL_SSL = 0x00000001;
inline constexpr std::uint32_t PROTOCOL_HYBRID = 0x00000002;
inline constexpr std::uint32_t PROTOCOL_RDSTLS = 0x00000004;
inline constexpr std::uint32_t PROTOCOL_HYBRID_EX = 0x00000008;
inline constexpr std::uint32_t PROTOCOL_RDSAAD = 0x00000010;

inline constexpr std::uint8_t TYPE_RDP_NEG_REQ = 1;
inline constexpr std::uint8_t TYPE_RDP_NEG_RSP = 2;
inline constexpr std::uint8_t TYPE_RDP_NEG_FAILURE = 3;

// RDP_NEG_RSP flags, [MS-RDPBCGR] 2.2.1.2.1
inline constexpr std::uint8_t EXTENDED_CLIENT_DATA_SUPPORTED = 0x01;
inline constexpr std::uint8_t DYNVC_GFX_PROTOCOL_SUPPORTED = 0x02;
inline constexpr std::uint8_t NEGRSP_FLAG_RESERVED = 0x04;
inline constexpr std::uint8_t RESTRICTED_ADMIN_MODE_SUPPORTED = 0x08;
inline constexpr std::uint8_t REDIRECTED_AUTHENTICATION_MODE_SUPPORTED = 0x10;

struct RdpNegReq {
  std::uint8_t flags = 0;
  std::uint32_t requested_protocols = PROTOCOL_RDP;
};

struct ConnectionRequest {
  std::string routing;  // routingToken or cookie line without CR LF ("Cookie: mstshash=eltons"), "" for none
  std::optional<RdpNegReq> negotiation;
};

struct RdpNegRsp {
  std::uint8_t flags = 0;
  std::uint32_t selected_protocol = 0;
};
struct RdpNegFailure {
  std::uint32_t failure_code = 0;  // any value is kept
};

struct ConnectionConfirm {
  // monostate: the confirm carries no negotiation part (a host older than negotiation, or not a full one).
  std::variant<std::monostate, RdpNegRsp, RdpNegFailure> negotiation;
};

// The routing line is cut at CR LF, and where the length indicator (254 at most) leaves no room for more.
[[nodiscard]] Bytes encode(const ConnectionRequest& request);
[[nodiscard]] Bytes encode(const ConnectionConfirm& confirm);
[[nodiscard]] Decoded<ConnectionRequest> decode_connection_request(View payload);
// References and class hide nothing and are let pass, and so is the wrong length of an RDP_NEG_FAILURE; an
// RDP_NEG_RSP, on which the connection goes on, must be whole and say that it has 8 bytes.
[[nodiscard]] Decoded<ConnectionConfirm> decode_connection_confirm(View payload);

// "RDP", "SSL", "HYBRID", … for one selected protocol; "0x2000001" for an unknown value.
[[nodiscard]] std::string selected_protocol_name(std::uint32_t selected);
// "SSL|HYBRID|HYBRID_EX" for a requested set; "RDP" for none; unknown bits in hex.
[[nodiscard]] std::string requested_protocols_names(std::uint32_t requested);

}  // namespace rdpdoctor::wire
