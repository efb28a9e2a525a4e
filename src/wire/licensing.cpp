#include "wire/licensing.h"

namespace rdpdoctor::wire {
namespace {

constexpr std::uint8_t PREAMBLE_VERSION_3_0 = 0x03;
constexpr std::uint16_t BB_ERROR_BLOB = 0x0004;

}  // namespace

Decoded<LicensingPdu> decode_licensing(View data) {
  Reader r(data);
  LicensingPdu pdu;
  pdu.type = r.u8("bMsgType");
  pdu.flags = r.u8("flags");
  r.u16le("wMsgSize");  // some hosts get it wrong; the MCS PDU has the size as well
  if (pdu.type == ERROR_ALERT) {
    pdu.error_code = r.u32le("dwErrorCode");
    pdu.state_transition = r.u32le("dwStateTransition");
  }
  if (r.error()) return std::unexpected(*r.error());
  return pdu;
}

Bytes encode(const LicensingPdu& pdu) {
  Writer body;
  if (pdu.error_code) {
    body.u32le(*pdu.error_code).u32le(pdu.state_transition.value_or(0)).u16le(BB_ERROR_BLOB).u16le(0);
  }
  Writer out;
  out.u8(pdu.type).u8(pdu.flags == 0 ? PREAMBLE_VERSION_3_0 : pdu.flags);
  out.u16le(static_cast<std::uint16_t>(body.size() + 4)).bytes(body.view());
  return out.take();
}

std::string_view licensing_name(std::uint8_t type) {
  switch (type) {
    case LICENSE_REQUEST: return "Server License Request";
    case PLATFORM_CHALLENGE: return "Server Platform Challenge";
    case NEW_LICENSE: return "Server New License";
    case UPGRADE_LICENSE: return "Server Upgrade License";
    case LICENSE_INFO: return "Client License Information";
    case NEW_LICENSE_REQUEST: return "Client New License Request";
    case PLATFORM_CHALLENGE_RESPONSE: return "Client Platform Challenge Response";
    case ERROR_ALERT: return "License Error Message";
    default: return "";
  }
}

}  // namespace rdpdoctor::wire
