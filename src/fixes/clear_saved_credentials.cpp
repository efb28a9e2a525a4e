// Removes the saved entry for one server, and no other.
#include <algorithm>

#include "base/ascii.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/risk.h"

namespace rdpdoctor::fixes {
namespace {

// What names and addresses are made of; nothing that cmdkey could take for another option or target.
bool is_name(std::string_view server) {
  return !server.empty() && server.size() <= 255 && std::ranges::all_of(server, [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == ':';
  });
}

void plan(Planner& p) {
  const std::string& server = p.options().server;
  if (server.empty())
    return p.refuse("whose entry is meant: give the server as the client calls it (--server srv-fin-02)");
  if (!is_name(server))
    return p.refuse(
        "the server's name was expected as the client calls it: letters, digits, dots and hyphens");
  if (!risk_accepted(p, "clear-saved-credentials",
                     "a saved password can't be read back, so there is no undo"))
    return;
  const std::string target = "TERMSRV/" + server;
  p.command({.command = {"cmdkey", "/delete:" + target},
             .undo = {},
             .destroys = "the password that is saved for " + target},
            "the saved entry " + target + " is removed");
  p.note("entries belong to a user: run it as the one who connects; whether there is one:   cmdkey /list:" +
         target);
}

}  // namespace

Fix clear_saved_credentials() {
  return {
      .id = "clear-saved-credentials",
      .title = "The client has no saved credentials for this server.",
      .explanation =
          "Removes the entry TERMSRV/SERVER of the user's credential manager, for the one server that is "
          "named, "
          "so that the client asks again. It helps where an old password or another user's name is sent "
          "without "
          "asking; it has codes of its own and is no reason for a connection that ends before the logon. "
          "Entries "
          "of other servers stay. The password can't be put back: know it first.",
      .side = Side::client,
      .risk = Risk::medium,
      .takes_effect = "for the next connection",
      .verified_by = "the client asks for credentials",
      .destroys = true,
      .article = "delete the saved credentials of the remote computer",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
