// Told by its codes, by logs, and by credentials: the user's profile does not load.
#include "causes/engine/log_views.h"
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

namespace {

Verdict judge(const CaseFile& c) {
  const Event* drop = dropped_after_logon(c);
  if (!drop) return needs_session(c);
  return Found{Certainty::possible,
               {{source(*drop),
                 "the session had begun and was then disconnected: the profile, the graphics, UDP or a time "
                 "limit may do that, and not TLS or the certificate"}},
               true,
               "",
               {}};
}

}  // namespace

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
      .events = {{"User Profiles Service", 1500, "", Certainty::likely,
                  "a user's profile could not be loaded and the logon failed"},
                 {"User Profiles Service", 1502, "", Certainty::likely,
                  "a user's local profile could not be loaded"},
                 {"User Profiles Service", 1508, "", Certainty::likely,
                  "a user's registry could not be loaded"},
                 {"User Profiles Service", 1510, "", Certainty::likely, "a user's profile is damaged"},
                 {"User Profiles Service", 1518, "", Certainty::likely, "no local profile could be made"},
                 {"User Profiles Service", 1527, "", Certainty::likely,
                  "profiles could not be set up at all"},
                 {"User Profiles Service", 1542, "", Certainty::likely,
                  "a user's class registry could not be loaded"},
                 {"User Profiles Service", 1511, "", Certainty::likely, "a user got a temporary profile",
                  EventWeight::note},
                 {"User Profiles Service", 1515, "", Certainty::likely, "a profile was moved aside",
                  EventWeight::note}},
      .signs = {{"profile-failed", Certainty::likely, "the words say that the profile did not load"},
                {"mstsc-busy", Certainty::possible, "a hanging profile service makes it busy"},
                {"black-screen", Certainty::possible, "a shell that does not start shows a black screen"},
                {"xrdp-session-ended", Certainty::possible, "the user's session does not start"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
