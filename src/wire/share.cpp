#include "wire/share.h"

#include "base/text.h"

namespace rdpdoctor::wire {
namespace {

constexpr std::uint16_t share_version = 0x10;  // TS_PROTOCOL_VERSION in pduType
constexpr std::size_t share_control_size = 6;
constexpr std::size_t share_data_size = 12;
constexpr std::uint8_t PACKET_COMPRESSED = 0x20;

// infoType of Save Session Info, 2.2.10.1.1, and FieldsPresent of its extended form, 2.2.10.1.1.4
constexpr std::uint32_t INFOTYPE_LOGON_EXTENDED_INFO = 3;
constexpr std::uint32_t LOGON_EX_AUTORECONNECTCOOKIE = 0x1;
constexpr std::uint32_t LOGON_EX_LOGONERRORS = 0x2;

// RedirFlags, 2.2.13.1: fields in the order that they have in the packet
constexpr std::uint32_t LB_TARGET_NET_ADDRESS = 0x001;
constexpr std::uint32_t LB_LOAD_BALANCE_INFO = 0x002;
constexpr std::uint32_t LB_USERNAME = 0x004;
constexpr std::uint32_t LB_DOMAIN = 0x008;
constexpr std::uint32_t LB_PASSWORD = 0x010;
constexpr std::uint32_t LB_TARGET_FQDN = 0x100;
constexpr std::uint32_t LB_TARGET_NETBIOS_NAME = 0x200;

std::string utf16_text(View bytes) {
  const std::string text = utf16le_to_utf8(bytes);
  return printable(std::string_view(text).substr(0, text.find('\0')));
}

std::string one_line(View bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return printable(trim(text.substr(0, text.find('\0'))));
}

Bytes utf16_field(std::string_view text) {
  Bytes bytes = utf8_to_utf16le(text);
  bytes.resize(bytes.size() + 2);
  return bytes;
}

}  // namespace

std::string_view share_data_name(std::uint8_t type2) {
  switch (type2) {
    case 0x02: return "Update";
    case 0x14: return "Control";
    case 0x1b: return "Pointer";
    case 0x1c: return "Input";
    case 0x1f: return "Synchronize";
    case 0x21: return "Refresh Rect";
    case 0x22: return "Play Sound";
    case 0x23: return "Suppress Output";
    case 0x24: return "Shutdown Request";
    case 0x25: return "Shutdown Request Denied";
    case PDUTYPE2_SAVE_SESSION_INFO: return "Save Session Info";
    case 0x27: return "Font List";
    case 0x28: return "Font Map";
    case 0x29: return "Set Keyboard Indicators";
    case 0x2b: return "Persistent Key List";
    case 0x2d: return "Set Keyboard IME Status";
    case PDUTYPE2_SET_ERROR_INFO_PDU: return "Set Error Info";
    case 0x32: return "Auto-Reconnect Status";
    case 0x36: return "Server Status Info";
    case 0x37: return "Monitor Layout";
    default: return "";
  }
}

bool begins_as_share_control(View data) {
  if (data.size() < 4) return false;
  const std::size_t length = static_cast<std::size_t>(data[1] << 8 | data[0]);
  return 4 <= length && length <= data.size() && data[3] == 0 && (data[2] & 0xf0) == share_version;
}

Decoded<ShareControl> decode_share_control(View data) {
  Reader r(data);
  ShareControl control;
  control.size = r.u16le("totalLength");
  if (control.size < 4) r.fail("totalLength", "shorter than the header itself");
  Reader rest = r.sub(control.size - 2, "totalLength");
  control.type = static_cast<std::uint8_t>(rest.u16le("pduType") & 0xfU);
  // Hosts leave the source out of a Deactivate All that has nothing else to say.
  if (rest.left() >= 2) control.pdu_source = rest.u16le("PDUSource");
  control.body = rest.rest();
  if (r.error()) return std::unexpected(*r.error());
  return control;
}

Decoded<ShareData> decode_share_data(View share_control_body) {
  Reader r(share_control_body);
  ShareData data;
  data.share_id = r.u32le("shareID");
  r.u8("pad1");
  r.u8("streamID");
  r.u16le("uncompressedLength");
  data.type2 = r.u8("pduType2");
  data.compressed = (r.u8("compressedType") & PACKET_COMPRESSED) != 0;
  r.u16le("compressedLength");
  data.body = r.rest();
  if (r.error()) return std::unexpected(*r.error());
  return data;
}

Decoded<std::uint32_t> decode_set_error_info(View share_data_body) {
  Reader r(share_data_body);
  const std::uint32_t error_info = r.u32le("errorInfo");
  if (r.error()) return std::unexpected(*r.error());
  return error_info;
}

Decoded<SaveSessionInfo> decode_save_session_info(View share_data_body) {
  Reader r(share_data_body);
  SaveSessionInfo info;
  info.info_type = r.u32le("infoType");
  if (info.info_type == INFOTYPE_LOGON_EXTENDED_INFO) {
    r.u16le("Length");
    const std::uint32_t present = r.u32le("FieldsPresent");
    if (present & LOGON_EX_AUTORECONNECTCOOKIE) r.skip(r.u32le("cbFieldData"), "AutoReconnectCookie");
    if (present & LOGON_EX_LOGONERRORS) {
      r.u32le("cbFieldData");
      info.logon_error_type = r.u32le("ErrorNotificationType");
      info.logon_error_data = r.u32le("ErrorNotificationData");
    }
  }
  if (r.error()) return std::unexpected(*r.error());
  return info;
}

Decoded<ServerRedirection> decode_server_redirection(View data) {
  Reader r(data);
  ServerRedirection out;
  if (r.u16le("Flags") != SEC_REDIRECTION_PKT) r.fail("Flags", "not SEC_REDIRECTION_PKT");
  r.u16le("Length");
  out.session_id = r.u32le("SessionID");
  out.redir_flags = r.u32le("RedirFlags");
  const auto field = [&](std::uint32_t flag, std::string_view name) {
    return out.redir_flags & flag ? r.bytes(r.u32le(name), name) : View{};
  };
  out.target_net_address = utf16_text(field(LB_TARGET_NET_ADDRESS, "TargetNetAddress"));
  out.load_balance_info = one_line(field(LB_LOAD_BALANCE_INFO, "LoadBalanceInfo"));
  field(LB_USERNAME, "UserName");
  field(LB_DOMAIN, "Domain");
  field(LB_PASSWORD, "Password");
  out.target_fqdn = utf16_text(field(LB_TARGET_FQDN, "TargetFQDN"));
  out.target_net_bios_name = utf16_text(field(LB_TARGET_NETBIOS_NAME, "TargetNetBiosName"));
  if (r.error()) return std::unexpected(*r.error());
  return out;
}

Bytes encode_security_header(std::uint16_t flags) {
  Writer out;
  out.u16le(flags).u16le(0);
  return out.take();
}

Bytes encode_share_control(std::uint8_t type, std::uint16_t pdu_source, View body) {
  Writer out;
  out.u16le(static_cast<std::uint16_t>(body.size() + share_control_size));
  out.u16le(static_cast<std::uint16_t>(share_version | type)).u16le(pdu_source).bytes(body);
  return out.take();
}

Bytes encode_share_data(std::uint8_t type2, std::uint32_t share_id, View body) {
  Writer out;
  out.u32le(share_id).u8(0).u8(1).u16le(static_cast<std::uint16_t>(body.size() + share_data_size));
  out.u8(type2).u8(0).u16le(0).bytes(body);
  return encode_share_control(PDUTYPE_DATAPDU, 0x03ea, out.view());
}

Bytes encode_set_error_info(std::uint32_t error_info) {
  Writer out;
  out.u32le(error_info);
  return out.take();
}

Bytes encode(const SaveSessionInfo& info) {
  Writer out;
  out.u32le(info.info_type);
  if (info.info_type == INFOTYPE_LOGON_EXTENDED_INFO) {
    const bool errors = info.logon_error_type.has_value();
    out.u16le(errors ? 18 : 6).u32le(errors ? LOGON_EX_LOGONERRORS : 0);
    if (errors) out.u32le(8).u32le(*info.logon_error_type).u32le(info.logon_error_data.value_or(0));
  }
  return out.take();
}

Bytes encode(const ServerRedirection& redirection) {
  Writer fields;
  const auto put = [&](std::uint32_t flag, View bytes) {
    if (redirection.redir_flags & flag) fields.u32le(static_cast<std::uint32_t>(bytes.size())).bytes(bytes);
  };
  Writer info;
  info.text(redirection.load_balance_info);
  put(LB_TARGET_NET_ADDRESS, utf16_field(redirection.target_net_address));
  put(LB_LOAD_BALANCE_INFO, info.view());
  for (const std::uint32_t secret : {LB_USERNAME, LB_DOMAIN, LB_PASSWORD}) put(secret, {});
  put(LB_TARGET_FQDN, utf16_field(redirection.target_fqdn));
  put(LB_TARGET_NETBIOS_NAME, utf16_field(redirection.target_net_bios_name));
  Writer out;
  out.u16le(SEC_REDIRECTION_PKT).u16le(static_cast<std::uint16_t>(fields.size() + 12));
  out.u32le(redirection.session_id).u32le(redirection.redir_flags).bytes(fields.view());
  return out.take();
}

}  // namespace rdpdoctor::wire
