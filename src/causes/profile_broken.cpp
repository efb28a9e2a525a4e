// Told by its codes, and by credentials: the user's profile does not load.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause profile_broken() {
  return {
      .id = "profile-broken",
      .title = "The user's profile does not load.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "Logon succeeds, and the profile then fails: NTUSER.DAT is damaged or locked, the ProfileList "
          "entry was moved aside (.bak), the disk is full, or a profile container is not reachable. The "
          "session ends at once, stays black, or gets a temporary profile.",
      .tell_apart =
          "It acts after logon: another account of the same host works, and the host's Application log "
          "shows User Profile events 1500 to 1542. Before logon it can't act at all.",
      .advice =
          {"On the host: log on with another account, to see whether it is this one's profile.",
           "On the host, PowerShell, events 1500 to 1542 say why:   Get-WinEvent -FilterHashtable "
           "@{LogName='Application'; ProviderName='Microsoft-Windows-User Profiles Service'} -MaxEvents 20",
           "On the host, a pair of keys SID and SID.bak is a profile moved aside:   reg query "
           "\"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\"",
           "Before anything is changed, copy the profile folder, and as administrator:   reg export "
           "\"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\" C:\\profilelist.reg",
           "Then, with the user logged off, in regedit: rename SID to SID.old and SID.bak to SID (undo: reg "
           "import C:\\profilelist.reg)."},
      .article = Article::names_it,
      .article_note =
          "It has a damaged NTUSER.DAT behind 0x904 with 0x7. A profile loads after logon, so at most it "
          "shows as 0x904 with 0x0, never as a connection that ends before TLS.",
      .fixes = {"repair-profile-list"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the session ended right after logon, then mostly with extended 0x0"},
                {"error-info", 0x17, Certainty::possible, "the session's Winlogon crashed"}},
      .judge = needs_session,
  };
}

}  // namespace rdpdoctor::causes
