// What passes between client and host after security, read from both directions in the clear: MCS and GCC
// (T.125, T.124, [MS-RDPBCGR] 2.2.1.3 to 2.2.1.9), licensing (2.2.1.12, [MS-RDPELE]), Early User
// Authorization Result (2.2.10.2), share data PDUs as far as they tell how a session ends. Fast-path output
// is only counted.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace rdpdoctor::wire {

struct SessionSeen {
  bool connect_initial = false;
  bool connect_response = false;
  bool active = false;  // Demand Active, Confirm Active, or fast-path output
  std::string client_name;
  std::optional<std::uint32_t> client_build;
  std::string client_product_id;  // clientDigProductId
  std::optional<std::uint32_t> keyboard_layout;
  std::uint32_t desktop_width = 0;
  std::uint32_t desktop_height = 0;
  std::optional<std::uint16_t> high_color_depth;  // requested
  std::vector<std::string> channels;
  std::optional<std::uint32_t> encryption_method;
  std::optional<std::uint32_t> encryption_level;
  std::string certificate;  // "RSA" (proprietary), "X.509", "" none
  std::optional<std::uint32_t> gcc_result;
  std::optional<std::uint32_t> mcs_result;
  std::optional<std::uint32_t> early_authorization;
  std::optional<std::uint32_t> licensing_error;
  std::optional<std::uint32_t> error_info;  // the last but 0
  std::optional<std::uint32_t> logon_error_type;
  std::optional<std::uint32_t> logon_error_data;
  std::optional<std::uint32_t> mcs_reason;
  bool mcs_ended_by_client = false;  // who sent the Disconnect Provider Ultimatum, if there is one
  // Server Redirection PDU: TargetNetAddress, else TargetFQDN, TargetNetBiosName, else LoadBalanceInfo
  std::string redirected_to;
  bool logon_seen = false;  // Save Session Info but its logon error form
  bool encrypted = false;   // RDP security took over (RC4 or FIPS): only licensing can be read after it
  std::optional<DecodeError> problem;  // the first; what came before stays
  std::vector<std::string> pdus;  // one line per PDU when asked for, at most 200; of many alike the first
};

class SessionWatcher {
 public:
  // `selected` is selectedProtocol. `names` collects SessionSeen::pdus.
  explicit SessionWatcher(std::uint32_t selected, bool names = false);
  SessionWatcher(SessionWatcher&&) noexcept;
  SessionWatcher& operator=(SessionWatcher&&) noexcept;
  ~SessionWatcher();

  enum class From { client, host };
  // In order within each direction, in any pieces. CredSSP's TSRequests before it are not for this class;
  // with HYBRID_EX the host's first four bytes are the Early User Authorization Result.
  void feed(From who, View plain);
  [[nodiscard]] const SessionSeen& seen() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace rdpdoctor::wire
