// Judges whether there is a listener RDP-Tcp at all, and whether it is switched on.
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

Verdict no_listener(const HostFacts& host, const evidence::ListenerFacts& listener) {
  if (std::string doubts = doubts_of(host, "SYSTEM"); !doubts.empty())
    return needs(fmt::format("a whole SYSTEM hive: {}", doubts));
  Found found{Certainty::proven,
              {line(listener.exists, "the key is not there, so Windows has no listener for Remote Desktop")},
              true,
              "The host has no listener RDP-Tcp."};
  if (1 < host.listeners.size())
    found.evidence.push_back({host.listeners[1].exists.source,
                              fmt::format("there is {}, which is another one", host.listeners[1].name)});
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const evidence::ListenerFacts* listener = rdp_listener(*host);
  if (!listener) return needs_inspection();
  if (unreadable(listener->exists)) return needs_reading(listener->exists);
  if (absent(listener->exists)) return no_listener(*host, *listener);
  const evidence::NumberFact& fact = listener->enabled;
  if (unreadable(fact)) return needs_reading(fact);
  const std::uint32_t* enabled = fact.get();
  // Every Windows has it; what the service makes of a key without it is not documented.
  if (!enabled) return needs(fmt::format("what Windows does without fEnableWinStation ({})", fact.source));
  if (*enabled != 0)
    return excluded(
        fmt::format("RDP-Tcp is switched on: fEnableWinStation is {} ({})", *enabled, fact.source));
  Found found{Certainty::proven,
              {line(fact, "fEnableWinStation is 0: the service does not make this listener")},
              true,
              ""};
  temper(*host, "SYSTEM", found);
  return found;
}

}  // namespace

Cause listener_disabled() {
  return {
      .id = "listener-disabled",
      .title = "The listener RDP-Tcp is switched off, or gone.",
      .stage = Stage::tcp,
      .machine = Machine::host,
      .topic = Topic::listener,
      .explanation =
          "Each listener is a key below WinStations. RDP-Tcp is the one that Windows' own clients reach; "
          "with "
          "fEnableWinStation 0, or without the key, the service runs and nothing listens on the port. The "
          "key is lost to cleaners, to scripts that delete and never restore it, and to the removal of "
          "products that put a listener of their own in its place.",
      .tell_apart =
          "qwinsta lists RDP-Tcp with the state Listen where it works. From the wire it is port-closed, as "
          "with Remote Desktop turned off (remote-desktop-disabled). A listener that exists and turns every "
          "logon away is logons-disabled.",
      .advice =
          {"On the host, whether RDP-Tcp listens:   qwinsta",
           "On the host, as administrator, if the key is there: switch it on (undo: the same with 0):   reg "
           "add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v "
           "fEnableWinStation /t REG_DWORD /d 1 /f",
           "On a healthy host of the same Windows version, if the key is gone:   reg export "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" rdp-tcp.reg",
           "On the host, as administrator, with that file; first take SSLCertificateSHA1Hash out of it:   "
           "reg "
           "import rdp-tcp.reg",
           "On the host's console, as administrator (it ends all sessions):   Restart-Service TermService "
           "-Force"},
      .article = Article::misses,
      .fixes = {"enable-listener", "restore-listener-defaults"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "nothing listens without a listener"}},
      .covers = {"port-closed"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
