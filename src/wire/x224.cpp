#include "wire/x224.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace rdpdoctor::wire {
namespace {

// X.224 13.3.1 and 13.4.1; the low half of the code is the credit, which class 0 does not use.
constexpr std::uint8_t connection_request_code = 0xE0;
constexpr std::uint8_t connection_confirm_code = 0xD0;
constexpr std::uint16_t windows_src_ref = 0x1234;  // what Windows hosts put there
constexpr std::size_t fixed_part = 6;              // code, DST-REF, SRC-REF, class option
constexpr std::size_t max_length_indicator = 254;  // 255 is reserved, X.224 13.2.1

constexpr std::uint16_t negotiation_size = 8;
constexpr std::string_view line_end = "\r\n";
constexpr std::uint8_t CORRELATION_INFO_PRESENT = 0x08;  // [MS-RDPBCGR] 2.2.1.1.1
constexpr std::uint8_t TYPE_RDP_CORRELATION_INFO = 6;    // [MS-RDPBCGR] 2.2.1.1.2
constexpr std::uint16_t correlation_info_size = 36;

constexpr std::pair<std::uint32_t, std::string_view> protocol_bits[] = {
    {PROTOCOL_SSL, "SSL"},       {PROTOCOL_HYBRID, "HYBRID"},
    {PROTOCOL_RDSTLS, "RDSTLS"}, {PROTOCOL_HYBRID_EX, "HYBRID_EX"},
    {PROTOCOL_RDSAAD, "RDSAAD"},
};

Bytes tpdu(std::uint8_t code, std::uint16_t src_ref, View variable_part) {
  Writer out;
  out.u8(static_cast<std::uint8_t>(fixed_part + variable_part.size())).u8(code);
  out.u16be(0).u16be(src_ref).u8(0).bytes(variable_part);
  return out.take();
}

void negotiation(Writer& out, std::uint8_t type, std::uint8_t flags, std::uint32_t value) {
  out.u8(type).u8(flags).u16le(negotiation_size).u32le(value);
}

// Reads up to the variable part. DST-REF, SRC-REF and class hide nothing from us, so any value is accepted.
void fixed_fields(Reader& r, std::size_t size, std::uint8_t code) {
  const std::size_t length_indicator = r.u8("x224.LI");
  if (length_indicator + 1 != size) r.fail("x224.LI", "does not agree with the TPKT length");
  if ((r.u8("x224.code") & 0xF0) != code) {
    r.fail("x224.code",
           code == connection_confirm_code ? "not a Connection Confirm" : "not a Connection Request");
  }
  r.skip(2, "x224.DST-REF");
  r.skip(2, "x224.SRC-REF");
  r.skip(1, "x224.class");
}

// The routingToken or cookie, without its CR LF. [MS-RDPBCGR] 2.2.1.1
std::string routing_line(Reader& r, View variable_part) {
  const auto end = std::ranges::search(variable_part, line_end).begin();
  if (end == variable_part.end()) {
    r.fail("routingToken", "neither RDP_NEG_REQ nor a line ended by CR LF");
    return {};
  }
  const View line = r.bytes(static_cast<std::size_t>(end - variable_part.begin()), "routingToken");
  r.skip(line_end.size(), "routingToken");
  return std::string(line.begin(), line.end());
}

RdpNegReq neg_req(Reader& r) {
  RdpNegReq request;
  if (r.u8("rdpNegReq.type") != TYPE_RDP_NEG_REQ) r.fail("rdpNegReq.type", "must be 1");
  request.flags = r.u8("rdpNegReq.flags");
  if (r.u16le("rdpNegReq.length") != negotiation_size) r.fail("rdpNegReq.length", "must be 8");
  request.requested_protocols = r.u32le("rdpNegReq.requestedProtocols");
  return request;
}

void correlation_info(Reader& r) {
  if (r.u8("rdpCorrelationInfo.type") != TYPE_RDP_CORRELATION_INFO)
    r.fail("rdpCorrelationInfo.type", "must be 6");
  r.skip(1, "rdpCorrelationInfo.flags");
  if (r.u16le("rdpCorrelationInfo.length") != correlation_info_size) {
    r.fail("rdpCorrelationInfo.length", "must be 36");
  }
  r.skip(correlation_info_size - 4, "rdpCorrelationInfo.correlationId");
}

}  // namespace

Bytes encode(const ConnectionRequest& request) {
  const std::size_t room =
      max_length_indicator - fixed_part - line_end.size() - (request.negotiation ? negotiation_size : 0U);
  Writer variable_part;
  if (!request.routing.empty()) {
    const std::string_view line = std::string_view(request.routing).substr(0, request.routing.find(line_end));
    variable_part.text(line.substr(0, room)).text(line_end);
  }
  if (const auto& n = request.negotiation) {
    negotiation(variable_part, TYPE_RDP_NEG_REQ, n->flags, n->requested_protocols);
  }
  return tpdu(connection_request_code, 0, variable_part.view());
}

Bytes encode(const ConnectionConfirm& confirm) {
  Writer variable_part;
  if (const auto* response = std::get_if<RdpNegRsp>(&confirm.negotiation)) {
    negotiation(variable_part, TYPE_RDP_NEG_RSP, response->flags, response->selected_protocol);
  } else if (const auto* failure = std::get_if<RdpNegFailure>(&confirm.negotiation)) {
    negotiation(variable_part, TYPE_RDP_NEG_FAILURE, 0, failure->failure_code);
  }
  return tpdu(connection_confirm_code, windows_src_ref, variable_part.view());
}

Decoded<ConnectionRequest> decode_connection_request(View payload) {
  ConnectionRequest request;
  Reader r(payload);
  fixed_fields(r, payload.size(), connection_request_code);
  if (r.left() > 0) {
    const View variable_part = payload.subspan(payload.size() - r.left());
    if (variable_part[0] != TYPE_RDP_NEG_REQ) request.routing = routing_line(r, variable_part);
  }
  if (r.left() > 0) {
    request.negotiation = neg_req(r);
    if (request.negotiation->flags & CORRELATION_INFO_PRESENT) correlation_info(r);
  }
  if (r.left() > 0) r.fail("x224.LI", "bytes after the last structure");
  if (r.error()) return std::unexpected(*r.error());
  return request;
}

Decoded<ConnectionConfirm> decode_connection_confirm(View payload) {
  ConnectionConfirm confirm;
  Reader r(payload);
  fixed_fields(r, payload.size(), connection_confirm_code);
  if (r.left() > 0) {
    const std::uint8_t type = r.u8("rdpNegData.type");
    if (type != TYPE_RDP_NEG_RSP && type != TYPE_RDP_NEG_FAILURE) {
      r.fail("rdpNegData.type", "neither RDP_NEG_RSP (2) nor RDP_NEG_FAILURE (3)");
    }
    const std::uint8_t flags = r.u8("rdpNegData.flags");
    const std::uint16_t length = r.u16le("rdpNegData.length");
    const std::uint32_t value = r.u32le("rdpNegData.value");
    // [MS-RDPBCGR] 2.2.1.2.1 and 2.2.1.2.2: 8. A failure's wrong length is harmless where the structure fills
    // the rest: the connection ends there anyway.
    const bool strict = type == TYPE_RDP_NEG_RSP || r.left() > 0;
    if (length != negotiation_size && strict) r.fail("rdpNegData.length", "must be 8");
    if (type == TYPE_RDP_NEG_RSP) {
      confirm.negotiation = RdpNegRsp{flags, value};
    } else {
      confirm.negotiation = RdpNegFailure{value};
    }
  }
  if (r.error()) return std::unexpected(*r.error());
  return confirm;
}

std::string selected_protocol_name(std::uint32_t selected) {
  if (selected == PROTOCOL_RDP) return "RDP";
  for (const auto& [bit, name] : protocol_bits) {
    if (bit == selected) return std::string(name);
  }
  return fmt::format("{:#x}", selected);
}

std::string requested_protocols_names(std::uint32_t requested) {
  if (requested == PROTOCOL_RDP) return "RDP";
  std::string names;
  auto add = [&names](std::string_view name) { names.append(names.empty() ? "" : "|").append(name); };
  for (const auto& [bit, name] : protocol_bits) {
    if (requested & bit) add(name);
    requested &= ~bit;
  }
  if (requested != 0) add(fmt::format("{:#x}", requested));
  return names;
}

}  // namespace rdpdoctor::wire
