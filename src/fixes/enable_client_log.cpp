// Turns the detailed log of the Remote Desktop client on.
#include "fixes/engine/fix.h"
#include "fmt/core.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view channels = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels)";
constexpr std::string_view detailed = "Microsoft-Windows-TerminalServices-RDPClient/Analytic";

// Whether the channel's value Enabled is not 0 already; without the channel the plan is refused.
bool is_on(Planner& p, const std::string& key) {
  const auto values = p.host().values(key);
  if (values.state == Presence::absent) p.refuse(fmt::format("this Windows has no log {}", detailed));
  const auto enabled = p.number(key, "Enabled");
  return enabled.get() && enabled.value != 0;
}

void plan(Planner& p) {
  const std::string log(detailed), key = host::under(channels, detailed);
  if (!p.blind() && (is_on(p, key) || p.refused())) return;
  if (p.running()) {
    p.command({.command = {"wevtutil", "sl", log, "/e:true", "/q:true"},
               .undo = {"wevtutil", "sl", log, "/e:false", "/q:true"},
               .destroys = ""},
              "the client's detailed log is on");
  } else {
    p.set(key, "Enabled", dword(1), "the client's detailed log is on");
  }
  p.note(fmt::format(
      "it is read after it was turned off again, as administrator:   wevtutil sl {} /e:false; then, "
      "PowerShell:   Get-WinEvent -LogName {} -Oldest",
      log, log));
}

}  // namespace

Fix enable_client_log() {
  return {
      .id = "enable-client-log",
      .title = "The client's detailed log is on.",
      .explanation =
          "Turns on the log TerminalServices-RDPClient/Analytic of the client, which has every step of a "
          "connection. It mends nothing: it shows more of the next failure. Its broad steps are in the log "
          "Operational beside it, which is on by default. It grows while it is on: take it back when the "
          "failure "
          "was seen.",
      .side = Side::client,
      .risk = Risk::low,
      .takes_effect = "for the next connection; on a disk when Windows starts",
      .verified_by = "wevtutil gl shows the log as enabled",
      .article = "look into the client's event log",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
