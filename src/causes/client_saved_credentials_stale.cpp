// Told by its codes, and by credentials: the client sends saved credentials that are no longer right.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause client_saved_credentials_stale() {
  return {
      .id = "client-saved-credentials-stale",
      .title = "The client sends saved credentials that are no longer right.",
      .stage = Stage::session,
      .machine = Machine::client,
      .explanation =
          "The client has a saved entry for this host (TERMSRV/name) with an old password or user and sends "
          "it without asking, or the host wants credentials typed anew and refuses saved ones.",
      .tell_apart =
          "cmdkey /list shows the entry. Connecting with \"Always ask for credentials\" works if it is "
          "this.",
      .advice = {"On the client, the saved entry for the host:   cmdkey /list:TERMSRV/HOST",
                 "On the client, in mstsc: Show Options > \"Always ask for credentials\", to try without it.",
                 "On the client, remove that one entry (it is saved anew at the next logon, if wanted):   "
                 "cmdkey /delete:TERMSRV/HOST"},
      .article = Article::wrong,
      .article_note =
          "Saved credentials that are refused have codes of their own (0x807, 0x2107), which say that the "
          "network and TLS are fine; 0x904 does not mean them.",
      .fixes = {"clear-saved-credentials"},
      .codes = {{"disconnect", 0x2107, Certainty::likely, "the host does not take saved credentials"},
                {"extended", 0xA, Certainty::likely, "the host wants credentials typed anew"},
                {"error-info", 0xA, Certainty::likely, "the host wants credentials typed anew"},
                {"disconnect", 0x807, Certainty::possible, "the saved name or password is old"},
                {"ntstatus", 0xC000006D, Certainty::possible, "the saved name or password is old"},
                {"ntstatus", 0xC000006A, Certainty::possible, "the saved password is old"}},
      .signs = {{"mstsc-saved-credentials", Certainty::possible,
                 "saved credentials are in use and are not accepted"},
                {"logon-failed", Certainty::possible, "an old saved password is refused like this"}},
      .judge = needs_client,
  };
}

}  // namespace rdpdoctor::causes
