// The fields of host_firewall_facts.h.
#pragma once

#include <type_traits>

#include "evidence/host_firewall_facts.h"

namespace rdpdoctor::evidence {

template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, FirewallFacts>
{
  v("rules", s.rules);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, NetworkFacts>
{
  v("dhcp", s.dhcp);
}

}  // namespace rdpdoctor::evidence
