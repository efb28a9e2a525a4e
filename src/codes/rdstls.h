// RDSTLS ResultCode: the answer to redirected credentials, [MS-RDPBCGR] 2.2.17.4. The numbers are Win32
// errors.
#pragma once

#include "codes/table.h"

namespace rdpdoctor::codes {

inline constexpr Code rdstls_codes[] = {
    {0x0, "RDSTLS_RESULT_SUCCESS", "The redirected credentials were accepted."},
    {0x5, "RDSTLS_RESULT_ACCESS_DENIED", "The user may not open a session on the host."},
    {0x52E, "RDSTLS_RESULT_LOGON_FAILURE", "The user name or the password was not accepted."},
    {0x530, "RDSTLS_RESULT_INVALID_LOGON_HOURS", "The account may not log on at this time of day."},
    {0x532, "RDSTLS_RESULT_PASSWORD_EXPIRED", "The password has expired."},
    {0x533, "RDSTLS_RESULT_ACCOUNT_DISABLED", "The account is disabled."},
    {0x773, "RDSTLS_RESULT_PASSWORD_MUST_CHANGE", "The password must be changed before this logon."},
    {0x775, "RDSTLS_RESULT_ACCOUNT_LOCKED_OUT", "The account is locked after too many wrong passwords."},
};
static_assert(well_formed(rdstls_codes));

inline constexpr Family rdstls{
    .id = "rdstls",
    .title = "RDSTLS result",
    .where = "the host's answer when a connection broker redirected the client with credentials",
    .source = "[MS-RDPBCGR] 2.2.17.4",
    .codes = rdstls_codes,
};

}  // namespace rdpdoctor::codes
