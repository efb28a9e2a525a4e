// The fields of what was read of the client.
#pragma once

#include "evidence/client_facts.h"
#include "evidence/host_fact_fields.h"
#include "evidence/host_firewall_fields.h"
#include "evidence/host_policy_fields.h"
#include "evidence/host_profile_fields.h"

namespace rdpdoctor::evidence {

template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, ClientChannel>
{
  v("channel", s.channel), v("enabled", s.enabled);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, SocketProvider>
{
  v("kind", s.kind), v("name", s.name), v("library", s.library), v("own", s.own), v("source", s.source);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, SavedCredentialFacts>
{
  v("target", s.target), v("user", s.user), v("kind", s.kind), v("written", s.written);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, SecurityProductFacts>
{
  v("name", s.name), v("kind", s.kind), v("path", s.path), v("on", s.on);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, FilterDropFacts>
{
  v("at", s.at), v("direction", s.direction), v("protocol", s.protocol),
      v("remote_address", s.remote_address), v("remote_port", s.remote_port), v("program", s.program),
      v("filter", s.filter);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, ClientFacts>
{
  v("kind", s.kind), v("source", s.source), v("read_at", s.read_at), v("computer_name", s.computer_name),
      v("domain", s.domain), v("product", s.product), v("build", s.build), v("user", s.user),
      v("addresses", s.addresses), v("library_version", s.library_version), v("updates", s.updates);
  v("protocols", s.protocols), v("cipher_suites", s.cipher_suites), v("fips", s.fips),
      v("encryption_oracle", s.encryption_oracle), v("restrict_sending_ntlm", s.restrict_sending_ntlm),
      v("disable_udp", s.disable_udp), v("credentials", s.credentials);
  v("profiles", s.profiles), v("default_outbound", s.default_outbound), v("blocking", s.blocking),
      v("allowing", s.allowing), v("drops", s.drops), v("security_products", s.security_products),
      v("socket_catalog", s.socket_catalog), v("channels", s.channels), v("complaint_text", s.complaint_text);
}

}  // namespace rdpdoctor::evidence
