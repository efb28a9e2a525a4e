// Told by its codes, by credentials and by the host's registry: the host takes no new sessions on purpose.
#include "causes/engine/policy_views.h"
#include "causes/engine/untold.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// TSServerDrainMode, as Win32_TerminalServiceSetting's SessionBrokerDrainMode counts: 1 until the next
// restart, 2 until it is lifted. That administration without the role obeys it is not documented: never
// proven.
constexpr std::uint32_t until_restart = 1, draining = 2;

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_session(c);
  const evidence::NumberFact& fact = host->remote_desktop.drain_mode;
  if (unreadable(fact)) return needs_reading(fact);
  const std::uint32_t* mode = fact.get();
  if (!mode || *mode == 0) {
    std::string because = fmt::format("TSServerDrainMode is {} ({})", mode ? "0" : "not set", fact.source);
    Verdict right = mode ? excluded(because) : excluded_if_whole(*host, "SYSTEM", because);
    return excluded_unless_told(c, "drain-mode", std::move(right), needs_session(c));
  }
  if (draining < *mode) return needs(fmt::format("what TSServerDrainMode {} means ({})", *mode, fact.source));
  bool may_be_over = *mode == until_restart && host->kind != "live";
  Found found{may_be_over ? Certainty::possible : Certainty::likely,
              {line(fact, fmt::format("TSServerDrainMode is {}: no new sessions{}", *mode,
                                      *mode == until_restart ? " until the next restart" : ""))},
              true,
              "The host is in drain mode: it takes no new sessions."};
  temper(*host, "SYSTEM", found);
  return found;
}

}  // namespace

Cause drain_mode() {
  return {
      .id = "drain-mode",
      .title = "The host takes no new sessions: drain mode or logons switched off.",
      .stage = Stage::session,
      .machine = Machine::host,
      .topic = Topic::logon,
      .explanation =
          "An administrator, a deployment or an update has set the host to take no new users: \"change "
          "logon /drain\" or \"/disable\", or the farm's maintenance switch. Existing sessions go on and "
          "can be reconnected in drain mode.",
      .tell_apart =
          "Host event 1070 (drain mode) or 1071 (connections off) at that time; \"change logon /query\" "
          "shows it. A full host is session-limit.",
      .advice = {"On the host, what is set:   change logon /query",
                 "On an administrator's client, to get in meanwhile:   mstsc /admin /v:HOST",
                 "On the host, as administrator, when the maintenance is over (undo: /drain):   change logon "
                 "/enable",
                 "In Server Manager, for a farm: Collection > host > Allow new connections."},
      .fixes = {"allow-logons"},
      .codes = {{"disconnect", 0x3, Certainty::possible, "the host ended the connection"},
                {"ntstatus", 0xC00A0037, Certainty::likely, "logons are switched off on the host"}},
      .events = {{"TerminalServices-RemoteConnectionManager", 1070, "", Certainty::proven,
                  "a logon was turned away, for the host is in drain mode"},
                 {"TerminalServices-RemoteConnectionManager", 1071, "", Certainty::proven,
                  "a connection was turned away, for connections are switched off"},
                 {"TerminalServices-LocalSessionManager", 34, "", Certainty::likely,
                  "logons are off while setup runs"}},
      .signs = {{"logons-disabled", Certainty::likely, "the words say that new sessions are not taken"},
                {"no-resources", Certainty::possible, "hosts in drain mode are not given out"},
                {"server-denied", Certainty::possible, "a host that takes no sessions denies"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
