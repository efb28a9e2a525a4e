// Told by its codes, and by credentials: a member of a farm is reached without its collection.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause farm_token_missing() {
  return {
      .id = "farm-token-missing",
      .title = "A host of a farm is reached without naming its collection.",
      .stage = Stage::session,
      .machine = Machine::client,
      .explanation =
          "The host belongs to a Remote Desktop collection and takes ordinary users only by way of its "
          "broker, which the client names in the .rdp file (loadbalanceinfo). Typed in as a plain host "
          "name, it refuses as if the user lacked the right.",
      .tell_apart =
          "The feed's own .rdp file works, or mstsc /admin works for an administrator. If the user is "
          "missing from Remote Desktop Users too, it is logon-right-missing.",
      .advice = {"On the client: use the farm's feed or .rdp file (RD Web Access, RemoteApp and Desktop "
                 "Connections).",
                 "In a hand-made .rdp file: copy the line loadbalanceinfo:s:… from the farm's own.",
                 "On the client, for administration only:   mstsc /admin /v:HOST"},
      .codes = {{"extended", 0x9, Certainty::possible, "a farm member refuses in the same words"},
                {"error-info", 0x9, Certainty::possible, "a farm member refuses in the same words"},
                {"error-info", 0x410, Certainty::possible,
                 "the farm found the connection settings not valid"}},
      .signs = {{"account-not-authorized", Certainty::possible,
                 "a farm member reached directly answers so, too"},
                {"farm-member", Certainty::possible, "the collection was not named"}},
      .settings = {{"loadbalanceinfo", "-", "the file names no collection"}},
      .judge = needs_credentials,
  };
}

}  // namespace rdpdoctor::causes
