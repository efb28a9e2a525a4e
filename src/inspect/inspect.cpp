#include "inspect/inspect.h"

#include "base/text.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

void inspect_registry_and_files(host::Host& host, evidence::HostFacts& facts, const Tick& tick) {
  struct Part {
    std::string_view doing;
    void (*inspect)(host::Host&, evidence::HostFacts&);
  };
  static constexpr Part parts[] = {
      {"registry", inspect_system},   {"registry", inspect_remote_desktop},  {"services", inspect_services},
      {"registry", inspect_listener}, {"certificates", inspect_certificate}, {"registry", inspect_tls},
      {"registry", inspect_logon},    {"firewall", inspect_firewall},        {"network", inspect_network},
      {"profiles", inspect_profiles}, {"updates", inspect_updates}};
  for (const Part& part : parts) {
    if (tick && !tick(part.doing)) return;
    part.inspect(host, facts);
  }
}

// The host is its own target: by its name, at the port that its listener has.
void name_target(const evidence::HostFacts& facts, evidence::Target& target) {
  if (!target.host.empty()) return;
  if (const std::string* name = facts.system.computer_name.get()) target.asked = target.host = *name;
  for (const evidence::ListenerFacts& listener : facts.listeners) {
    const std::uint32_t* port = listener.port.get();
    // Other listeners, of Citrix or Media Center, are not where Remote Desktop's clients go.
    if (!equal_ignoring_case(listener.name, "RDP-Tcp")) continue;
    if (port && 0 < *port && *port <= 65535) target.port = static_cast<std::uint16_t>(*port);
  }
}

}  // namespace

void inspect(host::Host& host, Instant now, evidence::CaseFile& c, const Tick& tick) {
  evidence::HostFacts& facts = c.host.emplace();
  facts.kind = host.kind();
  facts.source = host.name();
  facts.read_at = now;
  inspect_registry_and_files(host, facts, tick);
  inspect_logs(host, c, tick);
  for (host::HiveRead& hive : host.hives()) {
    static constexpr std::string_view words[] = {"clean",   "recovered", "dirty",
                                                 "damaged", "missing",   "unreadable"};
    facts.system.hives.push_back({.name = std::move(hive.name),
                                  .path = std::move(hive.path),
                                  .state = std::string(words[static_cast<std::size_t>(hive.state)]),
                                  .detail = std::move(hive.detail)});
  }
  name_target(facts, c.target);
}

}  // namespace rdpdoctor::inspect
