// Told by the host's System log: it ran out of ports for its own connections.
#include <algorithm>

#include "causes/engine/log_views.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::string_view id = "ephemeral-ports-exhausted";

const evidence::SourceRead* system_log(const CaseFile& c) {
  for (const evidence::SourceRead& read : c.sources)
    if (read.inspected && read.channel == "System") return &read;
  return nullptr;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  if (unreadable(host->network.max_user_port)) return needs_reading(host->network.max_user_port);
  const evidence::SourceRead* log = system_log(c);
  // Without a log nothing speaks for it, and a machine whose log is gone is not ill for that.
  if (!log) return excluded_unless_told(c, id, needs(need::running), needs(need::running));
  if (log->records == 0 && !log->problem.empty()) return needs_reading(log->source, log->problem);
  return excluded_unless_told(
      c, id, excluded(fmt::format("{} has no event of ports that ran out lately", log->source)),
      needs(need::running));
}

}  // namespace

Cause ephemeral_ports_exhausted() {
  return {
      .id = id,
      .title = "The host ran out of ports for its own connections.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .topic = Topic::network,
      .explanation =
          "Each connection that the host itself opens takes a port out of a range, by default 49152 to "
          "65535. A program that opens and never closes uses them up within days. Then the host reaches no "
          "domain controller and no licence server: logons with domain accounts fail or hang, those with "
          "local accounts go on, and after a restart all is well for a while.",
      .tell_apart =
          "Event 4231 of Tcpip in the System log says it. 4227 alone says that ports are used again quickly. "
          "The port of Remote Desktop itself is not taken out of that range, so the connection comes up: "
          "with nothing at all it is port-filtered or port-closed.",
      .advice =
          {"On the host, PowerShell, when it was:   Get-WinEvent -FilterHashtable @{LogName='System'; "
           "ProviderName='Tcpip'; Id=4227,4231} -MaxEvents 10",
           "On the host, PowerShell, who holds the most connections:   Get-NetTCPConnection | Group-Object "
           "OwningProcess | Sort-Object Count -Descending | Select-Object -First 5 Count,Name",
           "On the host, the range (start 49152, 16384 ports is the default):   netsh int ipv4 show "
           "dynamicport tcp",
           "On the host: restart or update the program that holds them; a restart of the host only buys "
           "time."},
      .events = {{"Tcpip", 4231, "", Certainty::likely, "no port was left for a connection of its own"},
                 {"Tcpip", 4227, "", Certainty::possible,
                  "a port was used again too soon: many connections are opened and closed",
                  EventWeight::note}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
