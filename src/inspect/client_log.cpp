// The event channels of the client: which are on, and what the one that is on by default holds. The two that
// tell every step are off until somebody turns them on; they are traces (.etl), which are not read here.
#include "fmt/core.h"
#include "inspect/client_topics.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

constexpr LogChannel operational = {"Microsoft-Windows-TerminalServices-RDPClient/Operational"};

}  // namespace

void inspect_client_log(host::Host& host, const Target&, ClientFacts& facts) {
  static constexpr std::string_view channels =
      R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels)";
  for (std::string_view name :
       {operational.name, std::string_view("Microsoft-Windows-TerminalServices-RDPClient/Analytic"),
        std::string_view("Microsoft-Windows-TerminalServices-RDPClient/Debug")})
    facts.channels.push_back({.channel = std::string(name),
                              .enabled = number(host, fmt::format("{}\\{}", channels, name), "Enabled")});
}

void read_client_log(host::Host& host, evidence::CaseFile& c, const Tick& tick) {
  // The inspection of the same machine as a host has read it.
  if (c.host && c.host->kind == host.kind() && c.host->source == host.name()) return;
  read_logs(host, {&operational, 1}, c, tick);
}

}  // namespace rdpdoctor::inspect
