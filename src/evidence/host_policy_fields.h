// The fields of host_policy_facts.h.
#pragma once

#include <type_traits>

#include "evidence/host_policy_facts.h"

namespace rdpdoctor::evidence {

template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, ProtocolFacts>
{
  v("name", s.name), v("enabled", s.enabled), v("disabled_by_default", s.disabled_by_default);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, AlgorithmFacts>
{
  v("kind", s.kind), v("name", s.name), v("enabled", s.enabled);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, AccountRights>
{
  v("sid", s.sid), v("rights", s.rights);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, TlsPolicyFacts>
{
  v("fips", s.fips), v("protocols", s.protocols), v("algorithms", s.algorithms),
      v("dh_server_min_bits", s.dh_server_min_bits), v("wrong_types", s.wrong_types),
      v("cipher_suites", s.cipher_suites);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, LogonPolicyFacts>
{
  v("product_type", s.product_type), v("lm_compatibility_level", s.lm_compatibility_level),
      v("restrict_receiving_ntlm", s.restrict_receiving_ntlm),
      v("restrict_sending_ntlm", s.restrict_sending_ntlm), v("encryption_oracle", s.encryption_oracle),
      v("security_providers", s.security_providers), v("security_packages", s.security_packages),
      v("rights", s.rights), v("session_host", s.session_host), v("licensing_mode", s.licensing_mode),
      v("license_servers", s.license_servers), v("grace_period", s.grace_period);
}

}  // namespace rdpdoctor::evidence
