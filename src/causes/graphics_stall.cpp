// Told by its codes, by logs, and by credentials: the session starts and its picture fails.
#include "causes/engine/log_views.h"
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

namespace {

Verdict judge(const CaseFile& c) {
  const Event* drop = dropped_after_logon(c);
  if (!drop) return needs_session(c);
  return Found{Certainty::possible,
               {{source(*drop),
                 "the session had begun and was then disconnected: graphics, UDP, the profile or a time "
                 "limit may do that, and not TLS or the certificate"}},
               true,
               "",
               {}};
}

}  // namespace

Cause graphics_stall() {
  return {
      .id = "graphics-stall",
      .title = "The session starts and its picture freezes or fails.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "Logon passes and then the graphics don't: the host's graphics driver or window manager fails, a "
          "mode or monitor layout is refused, or network auto-detect stalls. The screen stays black, "
          "freezes, or the session drops and comes back.",
      .tell_apart =
          "It acts after logon (host event 1149 and 21, then 24 or 40). A small window with one monitor and "
          "few options that works points here; loss on UDP freezes too (udp-lossy).",
      .advice = {"On the client: try one monitor, a small window and 16-bit colour, without \"Persistent "
                 "bitmap caching\".",
                 "On the host, PowerShell, crashes of dwm.exe and others:   Get-WinEvent -FilterHashtable "
                 "@{LogName='Application'; Id=1000} -MaxEvents 20",
                 "On the host: install current graphics drivers and updates; some of early 2025 were "
                 "reported to freeze sessions."},
      .fixes = {"force-tcp"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the session dropped after it had begun, then mostly with extended 0x0"},
                {"disconnect", 0x1008, Certainty::likely, "the client has too little video memory"},
                {"error-info", 0xF, Certainty::possible, "the session's display driver was not ready"},
                {"error-info", 0x10, Certainty::likely, "the session's window manager crashed"},
                {"error-info", 0x11, Certainty::likely, "the session's display driver failed"},
                {"error-info", 0x12, Certainty::likely, "the session's display driver failed"},
                {"error-info", 0x112D, Certainty::likely, "the graphics mode is not supported"},
                {"error-info", 0x112E, Certainty::likely, "the graphics failed to reset"},
                {"error-info", 0x112F, Certainty::likely, "the graphics failed"},
                {"error-info", 0x1134, Certainty::likely, "the desktop is too large"},
                {"error-info", 0x1135, Certainty::likely, "the monitor layout was refused"},
                {"error-info", 0x1136, Certainty::likely, "the number of monitors was refused"},
                {"freerdp", 0x2001C, Certainty::possible, "the session did not become active in time"}},
      .events = {{"RemoteDesktopServices-RdpCoreTS", 145, "", Certainty::possible,
                  "the host sent nothing for a while, in a session that was up", EventWeight::joined}},
      .signs = {{"mstsc-protocol-error", Certainty::possible,
                 "protocol errors after logon are mostly graphics ones"},
                {"black-screen", Certainty::possible, "the session started and has no picture"},
                {"session-freezes", Certainty::possible, "a running session stands still"},
                {"decompression", Certainty::possible, "data of the picture could not be unpacked"},
                {"activation-timeout", Certainty::possible, "the session did not become active"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
