// Told by its codes, and by credentials: a Microsoft account has no password on the host.
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {

Cause online_account_password() {
  return {
      .id = "online-account-password",
      .title = "The Microsoft account has no usable password on the host.",
      .stage = Stage::session,
      .machine = Machine::host,
      .explanation =
          "The user signs in to the host with a PIN, a face or a finger (Windows Hello) and has never typed "
          "the account's password there, or not since it changed. Remote Desktop needs the password, and "
          "the host has nothing to compare it with.",
      .tell_apart =
          "A local account of the same host gets in, and so does the Microsoft account after one logon with "
          "its password at the console.",
      .advice = {"On the host's console: lock the screen and sign in once with the account's password "
                 "instead of the PIN.",
                 "On the client: write the user as MicrosoftAccount\\name@example.com.",
                 "On the host, if it offers no password: Settings > Accounts > Sign-in options: \"only allow "
                 "Windows Hello sign-in\" off, then sign in with it."},
      .codes = {{"disconnect", 0x807, Certainty::possible,
                 "the host has no password of the account to compare"},
                {"ntstatus", 0xC000006D, Certainty::possible,
                 "the host has no password of the account to compare"},
                {"ntstatus", 0xC000006A, Certainty::possible,
                 "the host has only an old password of the account"}},
      .signs = {{"mstsc-user-to-user", Certainty::possible, "an online identity makes Windows ask for it"},
                {"logon-failed", Certainty::possible,
                 "a Microsoft account without a password on the host is refused like this"}},
      .judge = needs_credentials,
  };
}

}  // namespace rdpdoctor::causes
