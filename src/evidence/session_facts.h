// What follows security: MCS, GCC, licensing and the codes by which either side ends a session. Only where it
// could be read: in the clear (RDP security's first PDUs), or with the TLS secrets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rdpdoctor::evidence {

enum class SessionOutcome {
  unreadable,  // something was said, encrypted: see bytes_from_host
  begun,       // MCS Connect Initial was sent; no end seen
  refused,     // by MCS, licensing, a logon error or Set Error Info before the session was active
  active,      // Demand Active / Confirm Active, or later PDUs
};

struct SessionFacts {
  SessionOutcome outcome = SessionOutcome::begun;
  // GCC Conference Create Request, client core data [MS-RDPBCGR] 2.2.1.3.2
  std::string client_name;
  std::optional<std::uint32_t> client_build;
  std::string client_product_id;
  std::optional<std::uint32_t> keyboard_layout;
  std::uint32_t desktop_width = 0;
  std::uint32_t desktop_height = 0;
  std::vector<std::string> channels;  // static virtual channels asked for
  // GCC Conference Create Response, server security data [MS-RDPBCGR] 2.2.1.4.3
  std::optional<std::uint32_t> encryption_method;
  std::optional<std::uint32_t> encryption_level;
  std::string certificate;                  // of the server security data: "RSA", "X.509", "" none
  std::optional<std::uint32_t> gcc_result;  // of the Conference Create Response: 0 success
  std::optional<std::uint32_t> mcs_result;  // of the Connect Response: 0 rt-successful
  // endings
  std::optional<std::uint32_t> early_authorization;  // [MS-RDPBCGR] 2.2.10.2; 0 success
  std::optional<std::uint32_t>
      licensing_error;                      // dwErrorCode [MS-RDPBCGR] 2.2.1.12.1.3; 7 STATUS_VALID_CLIENT
  std::optional<std::uint32_t> error_info;  // Set Error Info [MS-RDPBCGR] 2.2.5.1.1; the last but 0
  std::optional<std::uint32_t> logon_error_type;  // [MS-RDPBCGR] 2.2.10.1.1.4.1.1 ErrorNotificationType
  std::optional<std::uint32_t> logon_error_data;  // ErrorNotificationData
  std::optional<std::uint32_t> mcs_reason;        // Disconnect Provider Ultimatum; 3 rn-user-requested
  bool ended_by_client = false;                   // it was the client who sent that
  std::string redirected_to;                      // Server Redirection: its target, "" if none
  bool logon_seen = false;                        // Save Session Info
  // of both readable and encrypted sessions, after security
  std::uint64_t bytes_from_client = 0;
  std::uint64_t bytes_from_host = 0;
  double ms = 0;  // from the end of security to the last byte of either
};

}  // namespace rdpdoctor::evidence
