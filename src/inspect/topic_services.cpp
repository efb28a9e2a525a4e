// The services that Remote Desktop needs, as Services has them, and which of them run.
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "host/files.h"
#include "inspect/key_file.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::Fact;
using evidence::ServiceFacts;
using evidence::TextFact;

// To load a library its service must read and execute it: FILE_GENERIC_READ and FILE_EXECUTE,
// [MS-DTYP] 2.4.3.
constexpr std::uint32_t file_execute = 0x20;

constexpr std::string_view interfaces_key =
    R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces)";
// Machines with many virtual adapters have some hundred.
constexpr std::size_t most_interfaces = 2000;
// A service has a handful.
constexpr std::size_t most_dependencies = 32;

std::string key_of(std::string_view service) {
  return fmt::format("{}\\{}", services_key, service);
}

Fact<bool> key_exists(host::Host& host, const std::string& key) {
  Reading<std::vector<host::RegistryValue>> values = host.values(key);
  return {.is = {values.state, true, values.why}, .source = host.real_key(key)};
}

// An address that DHCP gives is there, and none that is set by hand: absent means 0, [Microsoft, KB 314053].
bool by_hand(host::Host& host, const std::string& key) {
  std::vector<std::string> addresses = host::as_texts(host.value(key, "IPAddress")).value;
  return std::ranges::any_of(addresses, [](const std::string& a) { return !a.empty() && a != "0.0.0.0"; });
}

Fact<bool> address_by_dhcp(host::Host& host) {
  Fact<bool> fact{.source = host.real_key(interfaces_key)};
  Reading<std::vector<std::string>> names = host.subkeys(interfaces_key);
  fact.is = {names.state, false, names.why};
  if (!names.get()) return fact;
  bool dhcp = false;
  for (std::size_t i = 0; i < std::min(names.value.size(), most_interfaces); ++i) {
    std::string key = fmt::format("{}\\{}", interfaces_key, names.value[i]);
    evidence::NumberFact enabled = number(host, key, "EnableDHCP");
    if (enabled.is.state == Presence::unreadable) {
      fact.is = Reading<bool>::unreadable(enabled.is.why);
      return fact;
    }
    if (enabled.get() && *enabled.get() != 0)
      dhcp = true;
    else if (by_hand(host, key))
      return fact;  // present, false
  }
  fact.is.value = dhcp;
  return fact;
}

void read_library(host::Host& host, ServiceFacts& service) {
  service.library = text(host, key_of(service.name) + "\\Parameters", "ServiceDll");
  if (!service.library.get()) return;
  std::string path = host::expanded(host, *service.library.get());
  service.library.is.value = path;
  Reading<host::FileInfo> info = host.file(path);
  bool known = info.state == Presence::present || info.state == Presence::absent;
  service.library_exists = {.is = {known ? Presence::present : info.state, info.get() != nullptr, info.why},
                            .source = path};
  service.library_access.source = path;
  if (!info.get()) {
    service.library_access.is = {info.state, {}, info.why};
    return;
  }
  Reading<formats::SecurityDescriptor> security = host.file_security(path);
  service.library_access.is = {security.state, {}, security.why};
  if (security.get())
    service.library_access.is.value =
        access_facts(*security.get(), formats::file_generic_read | file_execute);
}

TextFact state_of(const Reading<std::vector<host::RunningService>>& running, std::string_view name) {
  TextFact fact{.is = {running.state, "", running.why}, .source = fmt::format("service {}", name)};
  if (!running.get()) return fact;
  auto at =
      std::ranges::find_if(running.value, [&](const auto& s) { return equal_ignoring_case(s.name, name); });
  if (at == running.value.end())
    fact.is = Reading<std::string>::absent();
  else
    fact.is.value = lower(at->state);
  return fact;
}

ServiceFacts read_service(host::Host& host, std::string_view name,
                          const Reading<std::vector<host::RunningService>>& running) {
  const std::string key = key_of(name);
  ServiceFacts service{.name = std::string(name),
                       .exists = key_exists(host, key),
                       .start = number(host, key, "Start"),
                       .account = text(host, key, "ObjectName"),
                       .image_path = text(host, key, "ImagePath"),
                       .state = state_of(running, name)};
  service.depends_on = {.is = host::as_texts(host.value(key, "DependOnService")),
                        .source = host::value_source(host, key, "DependOnService")};
  if (most_dependencies < service.depends_on.is.value.size())
    service.depends_on.is.value.resize(most_dependencies);
  if (name == "Dhcp") service.wanted = address_by_dhcp(host);
  if (name == "TermService") read_library(host, service);
  return service;
}

}  // namespace

void inspect_services(host::Host& host, evidence::HostFacts& facts) {
  Reading<std::vector<host::RunningService>> running = host.running_services();
  for (std::string_view name : evidence::inspected_services)
    facts.services.push_back(read_service(host, name, running));
}

}  // namespace rdpdoctor::inspect
