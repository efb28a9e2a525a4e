// Share control and data PDUs, the security header before them, and those of them that tell how a session
// ends: [MS-RDPBCGR] 2.2.8.1.1. Given the user data of MCS Send Data.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"

namespace rdpdoctor::wire {

// flags of TS_SECURITY_HEADER, 2.2.8.1.1.2.1
inline constexpr std::uint16_t SEC_EXCHANGE_PKT = 0x0001;
inline constexpr std::uint16_t SEC_TRANSPORT_REQ = 0x0002;
inline constexpr std::uint16_t SEC_TRANSPORT_RSP = 0x0004;
inline constexpr std::uint16_t SEC_ENCRYPT = 0x0008;
inline constexpr std::uint16_t SEC_INFO_PKT = 0x0040;
inline constexpr std::uint16_t SEC_LICENSE_PKT = 0x0080;
inline constexpr std::uint16_t SEC_REDIRECTION_PKT = 0x0400;
inline constexpr std::uint16_t SEC_AUTODETECT_REQ = 0x1000;
inline constexpr std::uint16_t SEC_AUTODETECT_RSP = 0x2000;
inline constexpr std::uint16_t SEC_HEARTBEAT = 0x4000;
inline constexpr std::size_t basic_security_header_size = 4;

// pduType of TS_SHARECONTROLHEADER, 2.2.8.1.1.1.1, without the version in its upper bits
inline constexpr std::uint8_t PDUTYPE_DEMANDACTIVEPDU = 0x1;
inline constexpr std::uint8_t PDUTYPE_CONFIRMACTIVEPDU = 0x3;
inline constexpr std::uint8_t PDUTYPE_DEACTIVATEALLPDU = 0x6;
inline constexpr std::uint8_t PDUTYPE_DATAPDU = 0x7;
inline constexpr std::uint8_t PDUTYPE_SERVER_REDIR_PKT = 0xa;

// pduType2 of TS_SHAREDATAHEADER, 2.2.8.1.1.1.2; those that are read
inline constexpr std::uint8_t PDUTYPE2_SAVE_SESSION_INFO = 0x26;
inline constexpr std::uint8_t PDUTYPE2_SET_ERROR_INFO_PDU = 0x2f;
[[nodiscard]] std::string_view share_data_name(std::uint8_t type2);  // "" for an unknown one

struct ShareControl {
  std::uint8_t type = 0;         // PDUTYPE_…; any value is kept
  std::uint16_t pdu_source = 0;  // 0 where it is left out
  View body;                     // borrowed
  std::size_t size = 0;          // of all of it: several may follow one another
};
struct ShareData {
  std::uint32_t share_id = 0;
  std::uint8_t type2 = 0;
  bool compressed = false;  // then the body can't be read here
  View body;                // borrowed
};

// Whether bytes that may begin with a security header begin with a share control header instead: its length
// fits and its version is there.
[[nodiscard]] bool begins_as_share_control(View data);
[[nodiscard]] Decoded<ShareControl> decode_share_control(View data);
[[nodiscard]] Decoded<ShareData> decode_share_data(View share_control_body);
// Set Error Info, 2.2.5.1.1
[[nodiscard]] Decoded<std::uint32_t> decode_set_error_info(View share_data_body);

// Save Session Info, 2.2.10.1
struct SaveSessionInfo {
  std::uint32_t info_type = 0;                    // 0 logon, 1 logon long, 2 plain notify, 3 extended
  std::optional<std::uint32_t> logon_error_type;  // TS_LOGON_ERRORS_INFO, 2.2.10.1.1.4.1.1
  std::optional<std::uint32_t> logon_error_data;
  bool operator==(const SaveSessionInfo&) const = default;
};
[[nodiscard]] Decoded<SaveSessionInfo> decode_save_session_info(View share_data_body);

// RDP_SERVER_REDIRECTION_PACKET, 2.2.13.1: where to, and nothing of the credentials in it. Texts are
// printable.
struct ServerRedirection {
  std::uint32_t session_id = 0;
  std::uint32_t redir_flags = 0;
  std::string target_net_address;
  std::string load_balance_info;
  std::string target_fqdn;
  std::string target_net_bios_name;
  bool operator==(const ServerRedirection&) const = default;
};
// From its own Flags field on: after the security header (standard) or the share control header and pad
// (enhanced).
[[nodiscard]] Decoded<ServerRedirection> decode_server_redirection(View data);

[[nodiscard]] Bytes encode_security_header(std::uint16_t flags);
// REQUIRES: body below 65,000 bytes, as for the next.
[[nodiscard]] Bytes encode_share_control(std::uint8_t type, std::uint16_t pdu_source, View body);
[[nodiscard]] Bytes encode_share_data(std::uint8_t type2, std::uint32_t share_id, View body);
[[nodiscard]] Bytes encode_set_error_info(std::uint32_t error_info);
[[nodiscard]] Bytes encode(const SaveSessionInfo& info);
[[nodiscard]] Bytes encode(const ServerRedirection& redirection);

}  // namespace rdpdoctor::wire
