// Windows' firewall, and the host's addresses.
#pragma once

#include "evidence/host_fact.h"

namespace rdpdoctor::evidence {

struct FirewallFacts {
  Fact<std::uint32_t> rules;  // how many
};

struct NetworkFacts {
  Fact<bool> dhcp;
};

}  // namespace rdpdoctor::evidence
