// Early User Authorization Result: the host's verdict right after NLA with HYBRID_EX, [MS-RDPBCGR] 2.2.10.2.
#pragma once

#include "codes/table.h"

namespace rdpdoctor::codes {

inline constexpr Code early_authorization_codes[] = {
    {0x0, "AUTHZ_SUCCESS", "The user may open a session on the host."},
    {0x5, "AUTHZ_ACCESS_DENIED", "The user is known but may not open a session on the host.",
     "The password was right: what is missing is the right to log on through Remote Desktop."},
};
static_assert(well_formed(early_authorization_codes));

inline constexpr Family early_authorization{
    .id = "early-authorization",
    .title = "early user authorization result",
    .where = "sent by the host right after NLA when HYBRID_EX was chosen",
    .source = "[MS-RDPBCGR] 2.2.10.2",
    .codes = early_authorization_codes,
};

}  // namespace rdpdoctor::codes
