// Lets more connections wait that have not logged on yet: MaxOutstandingConnections.
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view limit = "MaxOutstandingConnections";
// What administrators set. Windows' own limit is not documented; KB 954398 has it raised beyond 50 for
// Windows Server 2008.
constexpr std::uint32_t many = 0x10000;

void plan(Planner& p) {
  const auto now = p.number(terminal_server, limit);
  if (p.refused() || (now.get() && many <= *now.get())) return;
  p.set(std::string(terminal_server), std::string(limit), dword(many),
        "65536 connections may wait that have not logged on yet");
  p.note(
      "this limit is a guard against floods: don't let the port be reached from the internet, where what "
      "fills it comes from");
  p.note("what Windows takes without the value is not documented; its removal gives Windows' own limit back");
}

}  // namespace

Fix raise_outstanding_connections() {
  return {
      .id = "raise-outstanding-connections",
      .title = "Many connections may wait that have not logged on yet.",
      .explanation =
          "Sets MaxOutstandingConnections of the Terminal Server key to 65536. It helps where the value was "
          "set to a handful, or where host event 1006 shows that the limit is reached by many users at once. "
          "It does not help against guesses of passwords from the internet, which fill any limit: close the "
          "port to them.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "when Windows starts the next time",
      .verified_by = "outstanding-connections-low is no longer found",
      .article = "raise MaxOutstandingConnections",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
