// Turns the detailed log of the Remote Desktop client on.
#include "fixes/engine/fix.h"
#include "fmt/core.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view channels = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels)";
constexpr std::string_view broad = "Microsoft-Windows-TerminalServices-RDPClient/Operational";
constexpr std::string_view detailed = "Microsoft-Windows-TerminalServices-RDPClient/Analytic";

// Whether the channel's value Enabled is not 0 already; without the channel the plan is refused.
bool is_on(Planner& p, const std::string& key) {
  const auto values = p.host().values(key);
  if (values.state == Presence::absent) p.refuse(fmt::format("this Windows has no log {}", detailed));
  const auto enabled = p.number(key, "Enabled");
  return enabled.get() && enabled.value != 0;
}

// Somebody turned it off: without the value it is as Windows brings it, on.
bool is_off(Planner& p, const std::string& key) {
  const auto enabled = p.number(key, "Enabled");
  return enabled.get() && enabled.value == 0;
}

// On the running machine the value goes through the event log service, which sees it at once.
void turn_on(Planner& p, std::string_view log, const std::string& says) {
  const std::string key = host::under(channels, log), name(log);
  if (p.running() && p.for_script())  // the registry alone it would see when Windows starts next
    p.command({.command = {"wevtutil", "sl", name, "/e:true", "/q:true"},
               .undo = {"wevtutil", "sl", name, "/e:false", "/q:true"},
               .destroys = ""},
              says);
  else
    p.set(key, "Enabled", dword(1), says);
}

void plan(Planner& p) {
  const std::string detailed_key = host::under(channels, detailed), broad_key = host::under(channels, broad);
  const bool on = !p.blind() && is_on(p, detailed_key);
  if (p.refused()) return;
  if (!p.blind() && is_off(p, broad_key)) turn_on(p, broad, "the client's log is on");
  if (!on) {
    turn_on(p, detailed, "the client's detailed log is on");
    p.note("what the detailed log holds now may be lost when it is turned on");
  }
  p.note(
      "it can be read once it is off again, as administrator: rdpdoctor client-log off --apply, then "
      "rdpdoctor "
      "client-log export -o FILE.zip");
}

}  // namespace

Fix enable_client_log() {
  return {
      .id = "enable-client-log",
      .title = "The client's detailed log is on.",
      .explanation =
          "Turns on the log TerminalServices-RDPClient/Analytic of the client, which has every step of a "
          "connection, and the log Operational beside it, which has the broad steps, where somebody turned "
          "it "
          "off. It mends nothing: it shows more of the next failure. It grows while it is on: take it back "
          "when the failure was seen (rdpdoctor client-log off --apply).",
      .side = Side::client,
      .risk = Risk::low,
      .takes_effect = "for the next connection; on a disk when Windows starts",
      .verified_by = "wevtutil gl shows the log as enabled",
      .article = "look into the client's event log",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
