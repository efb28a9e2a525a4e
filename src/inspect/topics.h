// The topics, one file each: topic_NAME.cpp. Each fills its part of the facts.
#pragma once

#include <span>

#include "inspect/inspect.h"

namespace rdpdoctor::inspect {

void inspect_system(host::Host& host, evidence::HostFacts& facts);
void inspect_remote_desktop(host::Host& host, evidence::HostFacts& facts);
void inspect_services(host::Host& host, evidence::HostFacts& facts);
void inspect_listener(host::Host& host, evidence::HostFacts& facts);
void inspect_certificate(host::Host& host, evidence::HostFacts& facts);
void inspect_tls(host::Host& host, evidence::HostFacts& facts);
void inspect_logon(host::Host& host, evidence::HostFacts& facts);
void inspect_firewall(host::Host& host, evidence::HostFacts& facts);
void inspect_network(host::Host& host, evidence::HostFacts& facts);
void inspect_profiles(host::Host& host, evidence::HostFacts& facts);
void inspect_updates(host::Host& host, evidence::HostFacts& facts);
void inspect_logs(host::Host& host, evidence::CaseFile& c, const Tick& tick);

struct LogChannel {
  std::string_view name;
  std::uint64_t most_bytes = 0;  // 0: whatever its size
};
// These logs into c.events, c.event_counts and c.sources, marked as inspected.
void read_logs(host::Host& host, std::span<const LogChannel> channels, evidence::CaseFile& c,
               const Tick& tick);

}  // namespace rdpdoctor::inspect
