// Told by its codes, and by credentials: the client no longer knows an option or setting.
#include "causes/engine/client_views.h"

namespace rdpdoctor::causes {

Cause client_option_obsolete() {
  return {
      .id = "client-option-obsolete",
      .title = "The client no longer knows an option or setting in use.",
      .stage = Stage::session,
      .machine = Machine::client,
      .explanation =
          "A command line, script or .rdp file uses an option that this version of the client has dropped "
          "or renamed, or client and host are so far apart in version that they find no common form.",
      .tell_apart =
          "The same host with a fresh .rdp file (only the address) works. The client's own message or log "
          "names the option.",
      .advice =
          {"On the client, with nothing but the address, then add the options one by one:   mstsc /v:HOST",
           "On the client: save a new .rdp file and copy over only what is needed.",
           "On a FreeRDP client, the options of this version:   xfreerdp /help"},
      .codes = {{"disconnect", 0x2604, Certainty::possible, "client and host speak versions that do not fit"},
                {"freerdp", 0x20001, Certainty::possible, "the client failed to prepare the connection"}},
      .signs = {{"option-unknown", Certainty::likely, "the client does not know the option"},
                {"mstsc-version", Certainty::possible, "client and host are of versions that do not fit"},
                {"no-protocol-enabled", Certainty::possible, "the client's own options leave no protocol"}},
      .judge = needs_client_code,
  };
}

}  // namespace rdpdoctor::causes
