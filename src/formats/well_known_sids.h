// The well-known SIDs, [MS-DTYP] 2.4.2.4, with their names in SDDL ([MS-DTYP] 2.5.1.1).
#pragma once

#include <span>
#include <string_view>

namespace rdpdoctor::formats {

struct WellKnownSid {
  std::string_view sid;
  std::string_view name;  // in English
  std::string_view sddl;  // "" if it has none
};
[[nodiscard]] std::span<const WellKnownSid> well_known_sids();

}  // namespace rdpdoctor::formats
