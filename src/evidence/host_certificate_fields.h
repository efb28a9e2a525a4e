// The fields of host_certificate_facts.h.
#pragma once

#include <type_traits>

#include "evidence/host_certificate_facts.h"

namespace rdpdoctor::evidence {

template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, AccessFacts>
{
  v("sddl", s.sddl), v("owner", s.owner), v("network_service_lacks", s.network_service_lacks),
      v("system_lacks", s.system_lacks), v("denied", s.denied), v("conditional", s.conditional);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, KeyContainerFacts>
{
  v("name", s.name), v("provider", s.provider), v("provider_type", s.provider_type), v("guessed", s.guessed);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, HostCertificate>
{
  v("store", s.store), v("certificate", s.certificate), v("container", s.container),
      v("key_size", s.key_size), v("key_access", s.key_access), v("other_machines", s.other_machines);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, CertificateFacts>
{
  v("pinned", s.pinned), v("self_signed", s.self_signed), v("self_signed_store", s.self_signed_store),
      v("template_name", s.template_name), v("of_pinned", s.of_pinned), v("of_self_signed", s.of_self_signed),
      v("store_access", s.store_access);
}

}  // namespace rdpdoctor::evidence
