// Security descriptors: owner, group and the discretionary access list. [MS-DTYP] 2.4.2 to 2.4.6, 2.5.1
// (SDDL).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace rdpdoctor::formats {

// An entry of the access list; types other than allow and deny are kept as numbers. [MS-DTYP] 2.4.4
struct AccessEntry {
  std::uint8_t type = 0;     // 0 ACCESS_ALLOWED, 1 ACCESS_DENIED, …
  std::uint8_t flags = 0;    // 0x08 INHERIT_ONLY: does not count for the object itself; 0x10 INHERITED
  std::uint32_t mask = 0;    // generic bits as stored
  std::string sid;           // "S-1-5-20"
  bool conditional = false;  // a callback entry: whether it applies can't be told from here
};
struct SecurityDescriptor {
  std::string owner;  // "" if none
  std::string group;
  std::uint16_t control = 0;
  // nullopt: no DACL, everyone may do everything; empty: nobody may.
  std::optional<std::vector<AccessEntry>> entries;
};

[[nodiscard]] Decoded<SecurityDescriptor> decode_security_descriptor(View bytes);
[[nodiscard]] Bytes encode_security_descriptor(const SecurityDescriptor& descriptor);  // self-relative
// "O:SYG:SYD:PAI(A;;0x1f01ff;;;SY)…" as Windows writes it.
[[nodiscard]] std::string to_sddl(const SecurityDescriptor& descriptor);
[[nodiscard]] Decoded<SecurityDescriptor> from_sddl(std::string_view text);

// Rights of a file; FILE_GENERIC_READ is what a service needs to use a key file.
inline constexpr std::uint32_t file_generic_read = 0x120089, file_all_access = 0x1F01FF;

// What of `wanted` a token with these SIDs does not get, walking the entries in order as Windows does: the
// first entry that names a right decides it. 0: it gets all. The owner's implied READ_CONTROL and WRITE_DAC
// count if the owner is among `sids`.
[[nodiscard]] std::uint32_t rights_missing(const SecurityDescriptor& descriptor,
                                           const std::vector<std::string>& sids, std::uint32_t wanted);
// The deny entry that takes one of `wanted` away from these SIDs; nullptr if none does.
[[nodiscard]] const AccessEntry* denied_by(const SecurityDescriptor& descriptor,
                                           const std::vector<std::string>& sids, std::uint32_t wanted);

// "NETWORK SERVICE" for S-1-5-20, "NT SERVICE\SessionEnv", "Administrators"; the SID itself for others.
[[nodiscard]] std::string account_name(std::string_view sid);
// [MS-DTYP] 2.4.2: "S-1-5-…".
[[nodiscard]] Decoded<std::string> decode_sid(View bytes);
// The SIDs in the token of a service that runs as NETWORK SERVICE, and as SYSTEM: the account itself,
// Everyone, Authenticated Users, SERVICE, …; and that of the service, S-1-5-80-…, from its name.
[[nodiscard]] std::vector<std::string> network_service_token(std::string_view service);
[[nodiscard]] std::vector<std::string> local_system_token();
[[nodiscard]] std::string service_sid(std::string_view service);  // SHA-1 of its upper-case UTF-16 name

}  // namespace rdpdoctor::formats
