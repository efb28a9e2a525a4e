// Told by its codes, and by credentials: the Remote Desktop licence exchange fails.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause licensing() {
  return {
      .id = "licensing",
      .title = "The Remote Desktop licence exchange fails.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "A Remote Desktop Session Host hands every client a licence, and could not: no licence server is "
          "set or reachable, the grace period of 120 days is over, the mode is not set or the server has no "
          "licences of that kind left. Administrative connections (two, without the role) need none.",
      .tell_apart =
          "The code comes after logon. Host events 1069, 50280 to 50285 and the tool lsdiag.msc say what is "
          "missing; if only one client fails, its own store may be damaged: client-license-store.",
      .advice =
          {"On the host, as administrator, what is missing (RD Licensing Diagnoser):   lsdiag.msc",
           "On an administrator's client, to get in meanwhile without a licence:   mstsc /admin /v:HOST",
           "In the host's policy or deployment properties: set licence server and mode (per user or per "
           "device).",
           "On the licence server: check that its service runs, that it is activated, and that licences are "
           "left."},
      .article_note =
          "Deleting MSLicensing, as pages about 0x904 advise, has nothing to do with a closed socket.",
      .codes = {{"disconnect", 0x808, Certainty::likely, "the licence exchange failed"},
                {"disconnect", 0x908, Certainty::likely, "the licence exchange took too long"},
                {"disconnect", 0x3, Certainty::possible, "the host ended the connection"},
                {"extended", 0x100, Certainty::likely, "licensing failed inside the host"},
                {"extended", 0x101, Certainty::likely, "the host found no licence server"},
                {"extended", 0x102, Certainty::likely, "no licence was left"},
                {"extended", 0x106, Certainty::likely, "the licence exchange broke off"},
                {"extended", 0x10A, Certainty::likely, "the host is not licensed for remote connections"},
                {"error-info", 0x100, Certainty::likely, "licensing failed inside the host"},
                {"error-info", 0x101, Certainty::likely, "the host found no licence server"},
                {"error-info", 0x102, Certainty::likely, "no licence was left"},
                {"error-info", 0x106, Certainty::likely, "the licence exchange broke off"},
                {"error-info", 0x10A, Certainty::likely, "the host is not licensed for remote connections"},
                {"extended", 0x103, Certainty::possible, "a licensing message was not valid"},
                {"extended", 0x107, Certainty::possible, "the client broke the licence exchange off"},
                {"extended", 0x108, Certainty::possible, "a licensing message was encrypted wrongly"},
                {"extended", 0x109, Certainty::possible, "the client's licence could not be upgraded"},
                {"error-info", 0x103, Certainty::possible, "a licensing message was not valid"},
                {"error-info", 0x107, Certainty::possible, "the client broke the licence exchange off"},
                {"error-info", 0x108, Certainty::possible, "a licensing message was encrypted wrongly"},
                {"error-info", 0x109, Certainty::possible, "the client's licence could not be upgraded"},
                {"ntstatus", 0xC0000259, Certainty::likely, "no licence was left"},
                {"freerdp", 0x2001C, Certainty::possible, "the session did not become active in time"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 1069, "", Certainty::proven,
                  "the grace period is over and no licensing mode is set"},
                 {"TerminalServices-RemoteConnectionManager", 50280, "", Certainty::proven,
                  "the grace period is over and no licence server serves this host"},
                 {"TerminalServices-RemoteConnectionManager", 1004, "", Certainty::likely,
                  "the host could not issue a licence"},
                 {"TerminalServices-RemoteConnectionManager", 1011, "", Certainty::likely,
                  "the client's temporary licence has expired"},
                 {"TerminalServices-RemoteConnectionManager", 20497, "", Certainty::likely,
                  "the licence exchange took too long"},
                 {"TerminalServices-RemoteConnectionManager", 50285, "", Certainty::likely,
                  "the licence server's certificate for this host is not valid"},
                 {"TerminalServices-RemoteConnectionManager", 50284, "", Certainty::likely,
                  "the licence server is too old for this host"},
                 {"TerminalServices-RemoteConnectionManager", 50283, "", Certainty::possible,
                  "the licence server could not be reached", EventWeight::note},
                 {"TerminalServices-RemoteConnectionManager", 50282, "", Certainty::possible,
                  "no licence server is set", EventWeight::note},
                 {"TerminalServices-RemoteConnectionManager", 1068, "", Certainty::possible,
                  "the licensing mode is not set", EventWeight::note}},
      .signs = {{"licence-server-missing", Certainty::likely, "the words name the licence server"},
                {"licence-missing", Certainty::likely, "the words name the licences"},
                {"licence-protocol", Certainty::possible, "the licence exchange failed"}},
      .judge = needs_credentials,
  };
}

}  // namespace rdpdoctor::causes
