// Told by its codes, and by credentials: the client can't read or write its licence store.
#include "causes/engine/client_views.h"

namespace rdpdoctor::causes {

Cause client_license_store() {
  return {
      .id = "client-license-store",
      .title = "The client's licence store cannot be read or written.",
      .stage = Stage::session,
      .machine = Machine::client,
      .explanation =
          "The client keeps the licences that Session Hosts give it in the registry (MSLicensing). If its "
          "user may not write there or an entry is damaged, the licence exchange fails on this client only.",
      .tell_apart =
          "Other clients get in to the same host; this one gets in when mstsc is run once as administrator. "
          "If all clients fail it is licensing on the host.",
      .advice = {"On the client: run mstsc once as administrator; it then makes the store with the right "
                 "permissions.",
                 "If that is not enough, as administrator, keep a copy:   reg export "
                 "HKLM\\SOFTWARE\\Microsoft\\MSLicensing C:\\mslicensing.reg",
                 "Then (undo: reg import C:\\mslicensing.reg), and run mstsc once as administrator again:   "
                 "reg delete HKLM\\SOFTWARE\\Microsoft\\MSLicensing"},
      .article_note =
          "Pages about 0x904 advise to delete MSLicensing. It only matters for licensing codes (extended "
          "0x100 to 0x10B), which come after logon.",
      .codes = {{"extended", 0x104, Certainty::likely, "the stored licence is of another machine"},
                {"error-info", 0x104, Certainty::likely, "the stored licence is of another machine"},
                {"extended", 0x105, Certainty::likely, "the stored licence can't be read"},
                {"error-info", 0x105, Certainty::likely, "the stored licence can't be read"},
                {"extended", 0x10B, Certainty::likely, "the client may not write its licence store"},
                {"extended", 0x103, Certainty::possible, "the client's licensing message was not valid"},
                {"error-info", 0x103, Certainty::possible, "the client's licensing message was not valid"},
                {"extended", 0x109, Certainty::possible, "the client's licence could not be upgraded"},
                {"error-info", 0x109, Certainty::possible, "the client's licence could not be upgraded"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 1003, "", Certainty::likely,
                  "a client showed a licence that is not valid"}},
      .signs = {{"licence-missing", Certainty::possible,
                 "a client that cannot use its stored licence asks for another"},
                {"licence-protocol", Certainty::possible,
                 "a client that cannot write its licence store fails like this"}},
      .judge = needs_client_code,
  };
}

}  // namespace rdpdoctor::causes
