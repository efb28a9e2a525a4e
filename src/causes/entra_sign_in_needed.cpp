// Told by its codes, and by credentials: the account is an Entra one and the client uses neither of its
// ways in.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause entra_sign_in_needed() {
  return {
      .id = "entra-sign-in-needed",
      .title = "The host wants an Entra ID sign-in that this client does not do.",
      .stage = Stage::nla,
      .machine = Machine::client,
      .explanation =
          "The host is joined to Entra ID only and knows the account from there. A client gets in either by "
          "the web sign-in (RDSAAD) or by certificates between joined devices (PKU2U). A client that can do "
          "neither, or is not told to, sends a password that nobody checks.",
      .tell_apart =
          "The host answers whether it knows RDSAAD, yet that does not say which account is meant. If a "
          "local account of the host gets in, it is this.",
      .advice = {"On the client, in mstsc: Advanced > \"Use a web account to sign in to the remote "
                 "computer\", with the host's name, not its address.",
                 "On the client: write the user as AzureAD\\name@domain when both devices are joined to the "
                 "same tenant.",
                 "On the client: update to a current Windows or the Windows App."},
      .codes = {{"disconnect", 0x807, Certainty::possible, "the host can't check an Entra password"},
                {"disconnect", 0x1407, Certainty::possible, "the host wants the user-to-user form"},
                {"ntstatus", 0xC000006D, Certainty::possible, "the host can't check an Entra password"},
                {"ntstatus", 0xC0000408, Certainty::possible, "the host wants the user-to-user form"}},
      .signs = {{"sign-in-method", Certainty::possible, "a policy of Entra ID wants another sign-in"},
                {"entra-token", Certainty::possible, "the Entra ID sign-in did not work"}},
      .settings = {{"targetisaadjoined", "1", "the host is joined to Entra ID"},
                   {"enablerdsaadauth", "0", "the web sign-in to Entra ID is switched off in this file"}},
      .judge = needs_credentials,
  };
}

}  // namespace rdpdoctor::causes
