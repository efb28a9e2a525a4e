// Lets clients log on again: drain mode, `change logon /disable` and the listener's own switch.
#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view winlogon = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)",
                           disabled = "WinStationsDisabled", drain = "TSServerDrainMode",
                           listener_off = "fLogonDisabled";

// Set by numbers that mean something else than 0; one that is not there means 0 and stays away.
void back_to_zero(Planner& p, std::string_view key, std::string_view name, std::string_view says) {
  const auto now = p.number(key, name);
  if (p.blind() || (now.get() && *now.get() != 0))
    p.set(std::string(key), std::string(name), dword(0), std::string(says));
}

void plan(Planner& p) {
  back_to_zero(p, terminal_server, drain, "the host takes new sessions");
  back_to_zero(p, rdp_tcp, listener_off, "the listener takes logons");
  const auto all = p.text_of(winlogon, disabled);
  const std::string_view bare = all.get() ? trim(*all.get()) : std::string_view();
  if (p.blind() || !(bare.empty() || bare == "0"))
    p.set(std::string(winlogon), std::string(disabled), text("0"), "logons from clients are allowed");
  if (p.running())
    p.note("a farm's broker keeps a switch of its own: Server Manager, the collection, this host");
}

}  // namespace

Fix allow_logons() {
  return {
      .id = "allow-logons",
      .title = "Clients may log on to the host.",
      .explanation =
          "Ends drain mode (TSServerDrainMode 0), what \"change logon /disable\" left behind "
          "(WinStationsDisabled \"0\" in Winlogon) and the listener's own switch (fLogonDisabled 0), each "
          "only where it keeps somebody out. It is what \"change logon /enable\" does. Ask first whether the "
          "maintenance that it was for is over. Who may log on is decided elsewhere: by user rights.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "for the next logon; on a disk when Windows starts",
      .verified_by = "drain-mode and logons-disabled are no longer found",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
