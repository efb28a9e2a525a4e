// Logon errors that the host reports inside the session, [MS-RDPBCGR] 2.2.10.1.1.4.1.1. Two fields share this
// table, and their values do not meet: ErrorNotificationType (0xFFFFFFF8 and up, or an NTSTATUS) and
// ErrorNotificationData (0 to 3; a session id beside a LOGON_MSG_ type).
#pragma once

#include "codes/table.h"

namespace rdpdoctor::codes {

inline constexpr Code logon_error_codes[] = {
    {0x0, "LOGON_FAILED_BAD_PASSWORD", "The user name or the password was not accepted.",
     "Beside a LOGON_MSG_ type this field is the number of a session instead."},
    {0x1, "LOGON_FAILED_UPDATE_PASSWORD", "The password has expired and must be changed to go on."},
    {0x2, "LOGON_FAILED_OTHER",
     "The logon failed for another reason, which the host shows on its logon screen."},
    {0x3, "LOGON_WARNING", "The host shows a notice that the user must confirm.", "It is not an error."},
    {0xFFFFFFF8, "LOGON_MSG_SESSION_BUSY_OPTIONS", "The host shows its dialog for a session that is busy.",
     "It asks the user something and has not failed."},
    {0xFFFFFFF9, "LOGON_MSG_DISCONNECT_REFUSED", "The user of another session refused to be disconnected."},
    {0xFFFFFFFA, "LOGON_MSG_NO_PERMISSION", "The host shows that the user lacks the permission for this."},
    {0xFFFFFFFB, "LOGON_MSG_BUMP_OPTIONS", "The host is full and asks which session is to give way.",
     "It asks the user something and has not failed."},
    {0xFFFFFFFC, "LOGON_MSG_RECONNECT_OPTIONS",
     "The user has several sessions and is asked which one to take.",
     "It asks the user something and has not failed."},
    {0xFFFFFFFD, "LOGON_MSG_SESSION_TERMINATE", "The session is being ended."},
    {0xFFFFFFFE, "LOGON_MSG_SESSION_CONTINUE", "The logon goes on.", "It is not an error."},
    {0xFFFFFFFF, "ERROR_CODE_ACCESS_DENIED", "The logon failed and can't go on."},
};
static_assert(well_formed(logon_error_codes));

inline constexpr Family logon_error{
    .id = "logon-error",
    .title = "logon error notification",
    .where = "Save Session Info PDU inside the session, and OnLogonError of the Windows client",
    .source = "[MS-RDPBCGR] 2.2.10.1.1.4.1.1; IMsTscAxEvents::OnLogonError (Microsoft Learn)",
    .codes = logon_error_codes,
};

}  // namespace rdpdoctor::codes
