// Which machine it is: names, version, clock.
#include "fmt/core.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

constexpr std::string_view current_version = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)";

evidence::TextFact build(host::Host& host) {
  evidence::TextFact fact = text(host, current_version, "CurrentBuildNumber");
  evidence::NumberFact revision = number(host, current_version, "UBR");
  if (fact.get() && revision.get()) fact.is.value += fmt::format(".{}", *revision.get());
  return fact;
}

// "ControlSet001", out of what the host makes of CurrentControlSet.
evidence::TextFact control_set(host::Host& host) {
  evidence::NumberFact current = number(host, R"(HKLM\SYSTEM\Select)", "Current");
  std::string real = host.real_key(R"(HKLM\SYSTEM\CurrentControlSet)");
  return {.is = {current.is.state, real.substr(real.rfind('\\') + 1), current.is.why},
          .source = std::move(current.source)};
}

}  // namespace

void inspect_system(host::Host& host, evidence::HostFacts& facts) {
  evidence::SystemFacts& s = facts.system;
  s.computer_name =
      text(host, R"(HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName)", "ComputerName");
  s.domain = text(host, R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters)", "Domain");
  s.product = text(host, current_version, "ProductName");
  s.build = build(host);
  s.machine_guid = text(host, R"(HKLM\SOFTWARE\Microsoft\Cryptography)", "MachineGuid");
  s.control_set = control_set(host);
  s.clock = {.is = host.clock(), .source = std::string(host.name())};
}

}  // namespace rdpdoctor::inspect
