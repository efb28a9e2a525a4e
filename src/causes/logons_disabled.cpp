// Judges whether logons from clients are switched off on the host: `change logon /disable`, or the listener's
// own switch.
#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// Windows' own list of commands says that a restart lets logons in again, so on a disk, which is read between
// two runs, the value may be about to go.
std::optional<Found> switched_off(const HostFacts& host) {
  const evidence::TextFact& all = host.remote_desktop.logons_disabled;
  const std::string* value = all.get();
  std::string_view bare = value ? trim(*value) : std::string_view();
  if (bare.empty() || bare == "0") return std::nullopt;
  Found found{host.kind == "live" && bare == "1" ? Certainty::proven : Certainty::likely,
              {line(all, fmt::format("logons from clients are switched off: WinStationsDisabled is \"{}\"",
                                     printable(bare, 20)))},
              true,
              ""};
  if (host.kind != "live")
    found.evidence.push_back(
        {all.source, "as it was when this was taken: a restart may have cleared it since"});
  return found;
}

std::optional<Found> listener_off(const HostFacts& host) {
  const evidence::ListenerFacts* listener = rdp_listener(host);
  const std::uint32_t* value = listener ? listener->logon_disabled.get() : nullptr;
  if (!value || *value == 0) return std::nullopt;
  return Found{Certainty::likely,
               {line(listener->logon_disabled,
                     fmt::format("the listener takes no logons: fLogonDisabled is {}", *value))},
               true,
               ""};
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  if (auto off = switched_off(*host)) {
    temper(*host, "SOFTWARE", *off);
    return *off;
  }
  if (auto off = listener_off(*host)) {
    temper(*host, "SYSTEM", *off);
    return *off;
  }
  const evidence::TextFact& all = host->remote_desktop.logons_disabled;
  if (unreadable(all)) return needs_reading(all);
  const evidence::ListenerFacts* listener = rdp_listener(*host);
  if (listener && unreadable(listener->logon_disabled)) return needs_reading(listener->logon_disabled);
  if (all.get())
    return excluded(fmt::format("logons are allowed: WinStationsDisabled is 0 ({})", all.source));
  return excluded_if_whole(*host, "SOFTWARE", fmt::format("logons were never switched off ({})", all.source));
}

}  // namespace

Cause logons_disabled() {
  return {
      .id = "logons-disabled",
      .title = "Logons from clients are switched off on the host.",
      .stage = Stage::session,
      .machine = Machine::host,
      .topic = Topic::logon,
      .explanation =
          "\"change logon /disable\" keeps everybody out who does not sit at the console, reconnections "
          "included; an administrator or the setup of a program does it for maintenance. It stands in "
          "Winlogon as WinStationsDisabled \"1\". The listener has a switch of its own, fLogonDisabled. "
          "Either can be forgotten.",
      .tell_apart =
          "\"change logon /query\" shows it, host event 1071 tells of each who was turned away. In drain "
          "mode (drain-mode) reconnections still pass. Remote Desktop that is off as a whole closes the "
          "port: remote-desktop-disabled.",
      .advice = {"On the host's console, what is set:   change logon /query",
                 "On the host's console, as administrator, when the maintenance is over (undo: /disable):   "
                 "change logon /enable",
                 "On the host, the listener's own switch (0 is right):   reg query "
                 "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
                 "fLogonDisabled"},
      .fixes = {"allow-logons"},
      .codes = {{"ntstatus", 0xC00A0037, Certainty::possible, "logons are switched off on the host"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
