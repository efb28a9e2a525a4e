// Told by its codes, and by credentials: the host refuses the session in its Set Error Info PDU.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause session_denied() {
  return {
      .id = "session-denied",
      .title = "The host refuses the session after logon.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The connection got through TLS and logon, and the host then sent Set Error Info \"server denied "
          "the connection\" and closed. Policy, another program in the session stack, or a host that is "
          "shutting down or not ready does it.",
      .tell_apart =
          "On the wire this message comes only after TLS. A 7 that a client shows for a connection that "
          "ended before TLS was made up by the client and says nothing: look at the stage that fails.",
      .advice = {"On the host: RemoteConnectionManager and LocalSessionManager logs at that time (events "
                 "40, 1070, 1071) give the reason.",
                 "On the host, as administrator: rdpdoctor inspect (drain mode, logons off, licences, "
                 "session limits)."},
      .article_note =
          "By its name extended code 7 means that the server denied the connection. With 0x904 the host "
          "mostly said nothing at all: the client only saw its socket closed.",
      .fixes = {"allow-logons"},
      .codes = {{"error-info", 0x7, Certainty::possible, "the host says so itself, if the session had begun"},
                {"extended", 0x7, Certainty::possible, "only if the connection had got past TLS"},
                {"extended", 0x8, Certainty::possible, "the host demands FIPS encryption"},
                {"logon-error", 0x2, Certainty::possible, "the logon failed for another reason"}},
      .judge = needs_session,
  };
}

}  // namespace rdpdoctor::causes
