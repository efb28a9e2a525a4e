// Told by a look at the client: the target is the client itself.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause client_self_connect() {
  return {
      .id = "client-self-connect",
      .title = "The target is the client itself.",
      .stage = Stage::session,
      .machine = Machine::client,
      .explanation =
          "The name or address leads back to the machine that the client runs on, by localhost, a hosts "
          "entry, a port forwarding or an old address. Windows refuses a session from a machine to its own "
          "console.",
      .tell_apart = "The computer name that the host tells over NTLM is the client's own.",
      .advice = {"On the client, compare with the host's name in the report:   hostname",
                 "On the client: look into C:\\Windows\\System32\\drivers\\etc\\hosts, and use the host's "
                 "real address.",
                 "With a tunnel on the client itself: use its local port (localhost:33890), not 3389."},
      .codes = {{"disconnect", 0x708, Certainty::possible,
                 "the console's own session is the one that was asked for"}},
      .judge = needs_client,
  };
}

}  // namespace rdpdoctor::causes
