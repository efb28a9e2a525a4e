// The fields of what was read of the host: of each topic in its own file, here what holds them together.
#pragma once

#include "evidence/host_certificate_fields.h"
#include "evidence/host_fact_fields.h"
#include "evidence/host_facts.h"
#include "evidence/host_firewall_fields.h"
#include "evidence/host_policy_fields.h"
#include "evidence/host_profile_fields.h"
#include "evidence/host_service_fields.h"

namespace rdpdoctor::evidence {

template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, HiveFacts>
{
  v("name", s.name), v("path", s.path), v("state", s.state), v("detail", s.detail);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, SystemFacts>
{
  v("computer_name", s.computer_name), v("domain", s.domain), v("product", s.product), v("build", s.build),
      v("machine_guid", s.machine_guid), v("control_set", s.control_set), v("clock", s.clock),
      v("hives", s.hives);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, HostFacts>
{
  v("kind", s.kind), v("source", s.source), v("read_at", s.read_at), v("system", s.system),
      v("remote_desktop", s.remote_desktop), v("services", s.services), v("listeners", s.listeners),
      v("listening", s.listening), v("certificate", s.certificate), v("tls", s.tls), v("logon", s.logon),
      v("firewall", s.firewall), v("network", s.network), v("profiles", s.profiles), v("updates", s.updates);
}

}  // namespace rdpdoctor::evidence
