// The fields of host_firewall_facts.h.
#pragma once

#include <type_traits>

#include "evidence/host_firewall_facts.h"

namespace rdpdoctor::evidence {

template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, FirewallProfile>
{
  v("name", s.name), v("enabled", s.enabled), v("default_inbound", s.default_inbound),
      v("no_exceptions", s.no_exceptions), v("local_rules", s.local_rules);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, PortSpan>
{
  v("first", s.first), v("last", s.last);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, FirewallRule>
{
  v("name", s.name), v("source", s.source), v("title", s.title), v("by_policy", s.by_policy),
      v("active", s.active), v("action", s.action), v("protocol", s.protocol), v("ports", s.ports),
      v("profiles", s.profiles), v("program", s.program), v("service", s.service), v("limits", s.limits);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, FirewallFacts>
{
  v("service_start", s.service_start), v("profiles", s.profiles), v("port", s.port), v("listed", s.listed),
      v("policy", s.policy), v("managed", s.managed), v("left_out", s.left_out), v("damaged", s.damaged),
      v("rules", s.rules), v("app_rules", s.app_rules), v("configurable_rules", s.configurable_rules),
      v("delete_app_rules", s.delete_app_rules), v("products", s.products);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Adapter>
{
  v("id", s.id), v("name", s.name), v("dhcp", s.dhcp), v("addresses", s.addresses),
      v("self_made", s.self_made), v("dhcp_server", s.dhcp_server), v("lease_obtained", s.lease_obtained),
      v("lease_ends", s.lease_ends);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, KnownNetwork>
{
  v("name", s.name), v("category", s.category), v("last_connected", s.last_connected), v("source", s.source);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, NetworkFacts>
{
  v("adapters", s.adapters), v("networks", s.networks), v("max_user_port", s.max_user_port),
      v("timed_wait_delay", s.timed_wait_delay);
}

}  // namespace rdpdoctor::evidence
