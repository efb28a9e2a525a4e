// The fields of host_certificate_facts.h.
#pragma once

#include <type_traits>

#include "evidence/host_certificate_facts.h"

namespace rdpdoctor::evidence {

template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, CertificateFacts>
{
  v("pinned", s.pinned), v("self_signed", s.self_signed), v("self_signed_store", s.self_signed_store);
}

}  // namespace rdpdoctor::evidence
