#include "causes/engine/host_views.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

const HostFacts* host_of(const CaseFile& c) {
  return c.host ? &*c.host : nullptr;
}

Untested needs_inspection() {
  return needs(need::host);
}

Untested needs_reading(std::string_view source, std::string_view why) {
  return needs(fmt::format("{}, which could not be read ({})", source, why));
}

std::string doubts_of(const HostFacts& host, std::string_view hive) {
  for (const evidence::HiveFacts& read : host.system.hives) {
    if (!equal_ignoring_case(read.name, hive) || read.state == "clean" || read.state == "recovered") continue;
    return fmt::format("the {} hive is {}{}", read.name, read.state,
                       read.detail.empty() ? "" : ": " + read.detail);
  }
  return "";
}

const evidence::ListenerFacts* rdp_listener(const HostFacts& host) {
  auto at =
      std::ranges::find_if(host.listeners, [](auto& l) { return equal_ignoring_case(l.name, "RDP-Tcp"); });
  return at == host.listeners.end() ? nullptr : &*at;
}

const evidence::ServiceFacts* service(const HostFacts& host, std::string_view name) {
  auto at = std::ranges::find_if(host.services, [&](auto& s) { return equal_ignoring_case(s.name, name); });
  return at == host.services.end() ? nullptr : &*at;
}

std::uint16_t listener_port(const HostFacts& host) {
  const evidence::ListenerFacts* listener = rdp_listener(host);
  const std::uint32_t* port = listener ? listener->port.get() : nullptr;
  return port && 0 < *port && *port <= 65535 ? static_cast<std::uint16_t>(*port) : 3389;
}

Instant host_now(const CaseFile& c) {
  if (c.host && c.host->system.clock.get()) return *c.host->system.clock.get();
  Instant last{};
  for (const evidence::SourceRead& read : c.sources)
    if (read.last) last = std::max(last, *read.last);
  if (last.ms != 0) return last;
  return c.host ? c.host->read_at : Instant{};
}

}  // namespace rdpdoctor::causes
