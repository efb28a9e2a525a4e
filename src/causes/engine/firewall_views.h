// What Windows' firewall does with connections to the listener, profile by profile. All pure.
#pragma once

#include <vector>

#include "causes/engine/host_views.h"

namespace rdpdoctor::causes {

enum class Gate {
  open,
  limited,  // open for some only: addresses, interfaces, users
  shut,     // no rule admits it, or one blocks it
  unknown,
};

// One profile of the firewall.
struct Passage {
  std::string profile;  // "Domain", "Private", "Public"
  Gate gate = Gate::unknown;
  EvidenceLine line;  // what makes it so
};

inline constexpr std::uint32_t tcp_number = 6, udp_number = 17;

// For each of the three profiles; empty when the firewall was not looked at.
[[nodiscard]] std::vector<Passage> passages(const HostFacts& host, std::uint32_t protocol);

// Why the firewall's rules don't matter at all: it is off in every profile, or its service is. "" if they do.
[[nodiscard]] std::string firewall_off(const HostFacts& host);

// The category of the network that the host was last in, as the firewall's profiles are called; nullptr if
// that is not known.
[[nodiscard]] const evidence::KnownNetwork* last_network(const HostFacts& host);

}  // namespace rdpdoctor::causes
