// What client and host tell one another of themselves in T.124's Conference Create Request and Response:
// [MS-RDPBCGR] 2.2.1.3 and 2.2.1.4. Clients of every age leave out fields at the end of a block, and hosts
// whole blocks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace rdpdoctor::wire {

// TS_UD_CS_CORE, 2.2.1.3.2. Texts are printable and without what follows their first NUL.
struct ClientCoreData {
  std::uint32_t version = 0;  // 0x00080004 for RDP 5.0 and later
  std::uint16_t desktop_width = 0;
  std::uint16_t desktop_height = 0;
  std::uint32_t keyboard_layout = 0;
  std::uint32_t client_build = 0;
  std::string client_name;
  std::optional<std::uint16_t> high_color_depth;
  std::optional<std::uint16_t> early_capability_flags;
  std::string client_dig_product_id;
  std::optional<std::uint32_t> server_selected_protocol;
  bool operator==(const ClientCoreData&) const = default;
};

struct ClientData {
  std::optional<ClientCoreData> core;
  std::optional<std::uint32_t> encryption_methods;     // TS_UD_CS_SEC, 2.2.1.3.3
  std::optional<std::uint32_t> cluster_flags;          // TS_UD_CS_CLUSTER, 2.2.1.3.5
  std::optional<std::uint32_t> redirected_session_id;  // of the same
  std::vector<std::string> channels;                   // TS_UD_CS_NET, 2.2.1.3.4; at most 31 are kept
  std::optional<DecodeError> problem;                  // the first; blocks that could be read stay
};

struct ServerData {
  std::uint32_t result = 0;                                 // of the Conference Create Response: 0 success
  std::optional<std::uint32_t> version;                     // TS_UD_SC_CORE, 2.2.1.4.2
  std::optional<std::uint32_t> client_requested_protocols;  // of the same
  std::optional<std::uint32_t> encryption_method;           // TS_UD_SC_SEC1, 2.2.1.4.3
  std::optional<std::uint32_t> encryption_level;
  std::string certificate;                       // "RSA" (proprietary), "X.509", "" none
  std::optional<std::uint16_t> io_channel;       // TS_UD_SC_NET, 2.2.1.4.4: MCSChannelId
  std::vector<std::uint16_t> channel_ids;        // in the client's order
  std::optional<std::uint16_t> message_channel;  // TS_UD_SC_MCS_MSGCHANNEL, 2.2.1.4.5
  std::optional<DecodeError> problem;
};

// The user data of the MCS PDU. An error when it is no such conference PDU at all.
[[nodiscard]] Decoded<ClientData> decode_conference_create_request(View user_data);
[[nodiscard]] Decoded<ServerData> decode_conference_create_response(View user_data);

// All fields that are set; the core data in full length where client_dig_product_id or what follows it is
// set.
[[nodiscard]] Bytes encode_conference_create_request(const ClientData& data);
// A certificate is given as its version and nothing more.
[[nodiscard]] Bytes encode_conference_create_response(const ServerData& data);

}  // namespace rdpdoctor::wire
